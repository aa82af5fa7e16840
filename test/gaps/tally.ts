import { within } from '../within.ts'

/** Longer than it takes a server to start, and to read what it keeps, on a busy machine. */
const patienceMs = 60_000

/** What those who speak were told, and how much they may say. */
export class GapTally {
  /** Messages that had a reply. */
  replies = 0
  /** Those that the server said it keeps. */
  readonly kept = new Set<string>()
  #allowed = 0
  #begun = 0
  #wake: (() => void)[] = []

  /** So many messages more may be said. */
  allow(messages: number): void {
    this.#allowed += messages
    this.changed()
  }

  /** Whether one more may be said, which it then has to be. */
  begin(): boolean {
    if (this.#begun >= this.#allowed) return false
    this.#begun++
    return true
  }

  reply(text: string, kept: boolean): void {
    this.replies++
    if (kept) this.kept.add(text)
    this.changed()
  }

  /** It is looked again whether what is waited for is there. */
  changed(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  async change(): Promise<void> {
    await new Promise<void>((resolve) => this.#wake.push(resolve))
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    const isSo = async () => {
      while (!holds()) await this.change()
    }
    await within(isSo(), what, patienceMs)
  }
}
