import type { Cancel, Clock, Result, Store, Write } from '@parley/core'

/** Nobody waits for the disk, so writes of so long are one transaction. */
const gatherMs = 25
/** Writes that the store has not taken, past which the log waits for it. */
const mostWrites = 20_000

export interface StoreWriterParts {
  readonly store: Store
  readonly clock: Clock
  /** The number and the time of the last entry that was applied. */
  last(): { readonly seq: number; readonly at: number }
  /** How many milliseconds a commit took. */
  committed(ms: number): void
  /** The store takes nothing. */
  failed(): void
}

/** Brings what a log applies to a store, behind it. */
export class StoreWriter {
  readonly #parts: StoreWriterParts
  /** Up to this entry the store has what was to be written. */
  readonly #from: number
  #writes: Write[] = []
  #cancel: Cancel | null = null
  /** Commits that are under way. */
  #commits = 0
  #onCommitted: (() => void)[] = []

  constructor(from: number, parts: StoreWriterParts) {
    this.#from = from
    this.#parts = parts
  }

  /** Writes that no commit has taken up yet. */
  get pending(): number {
    return this.#writes.length
  }

  /** Whether the log should wait until they are carried out. */
  get isBehind(): boolean {
    return this.#writes.length >= mostWrites
  }

  /** Of the entry with this number. */
  add(writes: readonly Write[], seq: number): void {
    if (seq <= this.#from || writes.length === 0) return
    this.#writes.push(...writes)
    this.#cancel ??= this.#parts.clock.after(gatherMs, () => this.#commit())
  }

  /** Whatever was applied so far is on its way to the store, before all that is asked of it next. */
  flush(): void {
    if (this.#writes.length > 0) this.#commit()
  }

  /** Resolves when what was applied so far is in the store, its last number included. */
  async committed(): Promise<void> {
    this.#commit()
    while (this.#commits > 0) await new Promise<void>((resolve) => this.#onCommitted.push(resolve))
  }

  #commit(): void {
    const { store, clock, last } = this.#parts
    const writes = this.#writes
    const { seq, at } = last()
    const began = clock.monotonic()
    this.#cancel?.()
    this.#cancel = null
    this.#writes = []
    this.#commits++
    void store.commit(writes, Math.max(seq, this.#from), at).then((done: Result<void, 'unavailable' | 'full'>) => {
      this.#commits--
      this.#parts.committed(clock.monotonic() - began)
      if (!done.ok) this.#parts.failed()
      if (this.#commits > 0) return
      const waiting = this.#onCommitted
      this.#onCommitted = []
      for (const run of waiting) run()
    })
  }
}
