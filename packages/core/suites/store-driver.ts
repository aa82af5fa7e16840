import assert from 'node:assert/strict'
import type { Store } from '../src/ports/store.ts'
import type { DurableState, WaitingMessage, Write } from '../src/writes.ts'

/** An empty store for the time of `body`. */
export type WithStore = (body: (driver: StoreDriver) => Promise<void>) => Promise<void>

/** What a store has loaded, with its messages in an array. */
export type Loaded = DurableState & { readonly messages: readonly WaitingMessage[] }

/** Numbers the commits, and expects that everything succeeds. */
export class StoreDriver {
  readonly store: Store
  #seq = 0

  constructor(store: Store) {
    this.store = store
  }

  async commit(...writes: Write[]): Promise<void> {
    const seq = ++this.#seq
    assert.deepEqual(await this.store.commit(writes, seq, 1_000 + seq), { ok: true, value: undefined })
  }

  async load(): Promise<Loaded> {
    const loaded = await this.store.load()
    assert.ok(loaded.ok)
    return { ...loaded.value, messages: [...loaded.value.messages] }
  }
}
