import { within } from '../within.ts'

/** What was said to have become of each message, by the text of the message. */
export class Tally {
  /** Its sender was told that it is taken. */
  readonly taken = new Set<string>()
  /** Its reader was told something that stands behind the acknowledgement. */
  readonly confirmed = new Set<string>()
  /** Delivered twice on one connection, or once more after the client had acknowledged it. */
  readonly twice: string[] = []
  /** Refused, with what was said to that, by the text of the message. */
  readonly refused = new Map<string, string>()
  /** First heard behind a later one of the same sender. */
  readonly disordered: string[] = []
  /**
   * Counts how often the disk became full or free again: while it is full, odd, what was acknowledged cannot be removed and may
   * come again.
   */
  diskChanges = 0
  /** Delivered once more because the acknowledgement was lost with the process. */
  repeated = 0
  /** By the number of the connection on which it was delivered last. */
  readonly #heard = new Map<string, number>()
  /** `diskChanges` by then. */
  readonly #heardAt = new Map<string, number>()
  /** The latest number, by reader and sender. */
  readonly #latest = new Map<string, number>()
  /** Who has lost a connection that nobody meant to end, and how. */
  #disconnected: string | undefined
  #waiting: (() => void)[] = []

  take(message: string): void {
    this.taken.add(message)
    this.#wake()
  }

  /** `reader`: on which of their connections. */
  hear(message: string, reader: string, connection: number): void {
    const last = this.#heard.get(message)
    if (last === undefined) this.#order(message, reader)
    // While the disk is full, cp gives what it cannot remove again.
    const isFull = this.diskChanges % 2 === 1 || this.diskChanges !== this.#heardAt.get(message)
    if ((last === connection && !isFull) || this.confirmed.has(message)) this.twice.push(message)
    else if (last !== undefined) this.repeated++
    this.#heard.set(message, connection)
    this.#heardAt.set(message, this.diskChanges)
    this.#wake()
  }

  /** `since`: `diskChanges` when they were acknowledged. */
  confirm(messages: readonly string[], since: number): void {
    const couldRemove = since === this.diskChanges && since % 2 === 0
    if (couldRemove) for (const message of messages) this.confirmed.add(message)
    this.#wake()
  }

  #order(message: string, reader: string): void {
    const [, sender, number] = /^(\w+)-(\d+)$/.exec(message) ?? []
    if (sender === undefined) return
    const pair = `${reader} ${sender}`
    if (Number(number) < (this.#latest.get(pair) ?? 0)) this.disordered.push(message)
    else this.#latest.set(pair, Number(number))
  }

  /** Refused, and delivered all the same. */
  get undead(): readonly string[] {
    return [...this.refused.keys()].filter((message) => this.#heard.has(message))
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
