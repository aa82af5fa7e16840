import { keyOf, type DurableState, type StoredMessage, type Store } from '@parley/core'
import { named } from '@parley/core/suites'
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { silentLogger } from '../src/logger.ts'
import { databaseFile, identityOf, openDatabase } from '../src/store/database.ts'
import { placeOf, type KnownDatabase } from '../src/store/known-database.ts'
import type { Opened } from '../src/store/problems.ts'
import { Transactions } from '../src/store/transactions.ts'

// Alice and her messages, for tests of the store on disk.

export const alice = named('Alice')
export const toAlice = keyOf(alice)
export const account = { write: 'account.put', account: { name: alice, hash: 'h', version: 1 } } as const
export const message = (id: number, text = `text ${id}`): StoredMessage => ({
  id,
  to: toAlice,
  from: named('Bob'),
  guest: true,
  text,
  at: id,
})
export const put = (id: number, text?: string) => ({ write: 'message.put', message: message(id, text) }) as const

/** A new database in the directory. */
export function databaseIn(directory: string): { readonly known: KnownDatabase; readonly here: Transactions } {
  const opened = openDatabase(directory)
  assert.ok(opened.ok)
  const known = { directory, identity: identityOf(databaseFile(directory))!, reserveBytes: 0 }
  return { known, here: new Transactions(placeOf(known), opened.value) }
}

export function listening() {
  const heard: string[] = []
  const hear = (fields: object, message: string) => {
    heard.push(`${message} ${JSON.stringify(fields)}`)
  }
  return { heard, logger: { ...silentLogger, error: hear, info: hear } }
}

export function opened<S extends Store>(opening: Opened<S>): S {
  assert.ok(opening.ok)
  return opening.value
}

export function openedFor<S extends Store>(t: TestContext, opening: Opened<S>): S {
  const store = opened(opening)
  t.after(() => store.close())
  return store
}

export async function loaded(store: Store): Promise<DurableState> {
  const state = await store.load()
  assert.ok(state.ok)
  return state.value
}
