import type { Cursor } from '../cursor.ts'

/**
 * What of a connection's messages is new, and how far everything that is kept has come. The rules
 * are those of the page: in order, nothing twice; what a mailbox holds may come once more.
 */
export class CatchingUp {
  readonly #cursor: Cursor
  #isCaughtUp = false
  /** Acknowledged on this connection: no mailbox gives it again here. */
  #acknowledged = 0

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  /** Replies count as heard from then on. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp
  }

  /** There was nothing to catch up with, or all of it has come, up to this number. */
  end(seq: number): void {
    this.#isCaughtUp = true
    this.#cursor.advance(seq)
  }

  /** `again`: the mailbox gave it again. `wrong`: no server should send it. */
  hear(seq: number, { kept, toMe }: { readonly kept: boolean; readonly toMe: boolean }): 'new' | 'again' | 'wrong' {
    // The mailbox gives them too, however old they are.
    if (toMe) {
      if (!this.#cursor.hearPassing(seq)) return seq > this.#acknowledged ? 'again' : 'wrong'
      if (kept) this.#cursor.advance(seq)
      return 'new'
    }
    return (kept ? this.#cursor.hear(seq) : this.#cursor.hearPassing(seq)) ? 'new' : 'wrong'
  }

  /** What this user said here was taken. */
  said(seq: number, kept: boolean): void {
    if (kept && this.#isCaughtUp) this.#cursor.advance(seq)
  }

  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq)
  }
}
