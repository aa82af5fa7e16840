import assert from 'node:assert/strict'
import { suite } from 'node:test'
import type { Store } from '../src/ports/store.ts'
import type { DurableState, WaitingLetter, Write } from '../src/writes.ts'
import { accountTests } from './store-accounts.ts'
import { commitTests } from './store-commits.ts'
import { groupTests } from './store-groups.ts'
import { mailboxTests } from './store-mailboxes.ts'

export interface StoreUnderTest {
  readonly store: Store
  close(): Promise<void>
}

/** The promises of the store port, but for surviving a kill, which each durable store proves for itself. */
export function storeSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  const withStore: WithStore = async (body) => {
    const under = await open()
    try {
      await body(new StoreDriver(under.store))
    } finally {
      await under.close()
    }
  }
  suite(`${name} keeps the promises of a store`, () => {
    commitTests(withStore)
    accountTests(withStore)
    mailboxTests(withStore)
    groupTests(withStore)
  })
}

/** An empty store for the time of `body`. */
export type WithStore = (body: (driver: StoreDriver) => Promise<void>) => Promise<void>

/** What a store has loaded, with its letters in an array. */
export type Loaded = DurableState & { readonly letters: readonly WaitingLetter[] }

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
    return { ...loaded.value, letters: [...loaded.value.letters] }
  }
}
