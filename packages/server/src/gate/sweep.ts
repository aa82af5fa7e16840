import type { Outbox } from './outbox.ts'
import { Tape } from './tape.ts'

/**
 * Writes every socket that has something queued, at most once per turn of the event loop and after all input of that turn
 * was handled: so what many people said meanwhile leaves in one write per reader.
 */
export class Sweep {
  #tapes = new Set<Tape>()
  #outboxes = new Set<Outbox>()
  #scheduled = false

  get idle(): boolean {
    return !this.#scheduled
  }

  /** The next sweep comes by here. */
  visit(what: Tape | Outbox): void {
    if (what instanceof Tape) this.#tapes.add(what)
    else this.#outboxes.add(what)
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#run())
  }

  #run(): void {
    const tapes = this.#tapes
    const outboxes = this.#outboxes
    this.#tapes = new Set()
    this.#outboxes = new Set()
    this.#scheduled = false

    const behind: Outbox[] = []
    for (const tape of tapes) for (const outbox of tape.followers) if (!outbox.flush()) behind.push(outbox)
    for (const outbox of outboxes) if (!outbox.flush()) behind.push(outbox)
    for (const tape of tapes) tape.clear()
    // Only now: who is told may speak, and what is said belongs to the next turn.
    for (const outbox of behind) outbox.behind()
  }
}
