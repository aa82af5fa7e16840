import { suite } from 'node:test'
import type { Store } from '../src/ports/store.ts'
import { accountTests } from './store-accounts.ts'
import { commitTests } from './store-commits.ts'
import { moderationTests } from './store-moderation.ts'
import { StoreDriver, type WithStore } from './store-driver.ts'
import { groupTests } from './store-groups.ts'
import { hookTests } from './store-hooks.ts'
import { historyTests } from './store-history.ts'
import { mailboxTests } from './store-mailboxes.ts'

export interface StoreUnderTest {
  readonly store: Store
  close(): Promise<void>
}

/**
 * The promises of the store port, but for surviving a kill, which each durable store proves for
 * itself.
 */
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
    historyTests(withStore)
    moderationTests(withStore)
    hookTests(withStore)
  })
}
