import { suite } from 'node:test'
import type { MailboxLimits, Store } from '../src/ports/store.ts'
import { accountTests } from './store-accounts.ts'
import { groupTests } from './store-groups.ts'
import { mailboxTests } from './store-mailboxes.ts'

export interface StoreUnderTest {
  readonly store: Store
  close(): Promise<void>
}

export type OpenStore = (limits: MailboxLimits) => Promise<StoreUnderTest>

/** The promises of the store port, but for surviving a kill, which each durable store proves for itself. */
export function storeSuite(name: string, open: OpenStore): void {
  const withStore: WithStore = async (limits, body) => {
    const under = await open(limits)
    try {
      await body(under.store)
    } finally {
      await under.close()
    }
  }
  suite(`${name} keeps the promises of a store`, () => {
    accountTests(withStore)
    mailboxTests(withStore)
    groupTests(withStore)
  })
}

/** An empty store for the time of `body`. */
export type WithStore = (limits: MailboxLimits, body: (store: Store) => Promise<void>) => Promise<void>
