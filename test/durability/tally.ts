import { within } from '../within.ts'

/** What was said to have become of each message, by the text of the message. */
export class Tally {
  /** Its sender was told that it is taken. */
  readonly taken = new Set<string>()
  /** Its reader was told something that stands behind the acknowledgement. */
  readonly confirmed = new Set<string>()
  /** Delivered twice on one connection, or once more after the client had acknowledged it. */
  readonly twice: string[] = []
  /** Refused though nothing was wrong with it. */
  readonly refused: string[] = []
  /** Delivered once more because the acknowledgement was lost with the process. */
  repeated = 0
  /** By the number of the connection on which it was delivered last. */
  readonly #heard = new Map<string, number>()
  /** Who has lost a connection that nobody meant to end, and how. */
  #disconnected: string | undefined
  #waiting: (() => void)[] = []

  take(message: string): void {
    this.taken.add(message)
    this.#wake()
  }

  hear(message: string, connection: number): void {
    const last = this.#heard.get(message)
    if (last === connection || this.confirmed.has(message)) this.twice.push(message)
    else if (last !== undefined) this.repeated++
    this.#heard.set(message, connection)
    this.#wake()
  }

  confirm(messages: readonly string[]): void {
    for (const message of messages) this.confirmed.add(message)
    this.#wake()
  }

  hasHeard(message: string): boolean {
    return this.#heard.has(message)
  }

  /** Taken, and never delivered. */
  get lost(): readonly string[] {
    return [...this.taken].filter((message) => !this.#heard.has(message))
  }

  /** Rejects after a minute, or as soon as somebody whose connection nobody meant to end has lost it. */
  async until(holds: () => boolean, what: string): Promise<void> {
    const isOver = async () => {
      while (!holds()) {
        if (this.#disconnected) throw new Error(`${this.#disconnected} before: ${what}`)
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
    }
    await within(isOver(), what)
  }

  disconnected(who: string): void {
    this.#disconnected = who
    this.#wake()
  }

  /** All connections were ended on purpose. */
  forgetDisconnected(): void {
    this.#disconnected = undefined
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}
