import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeSuite, named } from '../suites/index.ts'
import { MemoryStore } from './store.ts'

storeSuite('the store in memory', async () => {
  const store = new MemoryStore()
  return { store, close: () => store.close() }
})

test('a store in memory that is full takes nothing, shows what it has, and takes again when there is room', async () => {
  const store = new MemoryStore()
  const account = { name: named('ann'), hash: 'h', version: 1 }
  store.full = true
  const refused = await store.commit([{ write: 'account.put', account }], 1, 1)
  assert.deepEqual(refused, { ok: false, fail: 'unavailable' })
  const loaded = await store.load()
  assert.deepEqual(loaded.ok && [loaded.value.seq, loaded.value.accounts], [0, []])
  store.full = false
  assert.ok((await store.commit([{ write: 'account.put', account }], 2, 2)).ok)
})
