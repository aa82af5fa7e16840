import { noModeration } from '../src/moderation-state.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../src/names.ts'
import { done, fail, ok } from '../src/result.ts'
import { named } from './named.ts'
import type { WithStore } from './store-driver.ts'
import { account, ban, groupOf, join, message, noAccount, noGroup, noMessages, putMessage } from './store-writes.ts'

const alice = keyOf(named('Alice'))

export function commitTests(withStore: WithStore): void {
  test('a store that nobody wrote to is empty, at the number 0', () =>
    withStore(async (driver) => {
      assert.deepEqual(await driver.load(), {
        seq: 0,
        at: 0,
        reserved: 0,
        free: 0,
        hasHistory: false,
        accounts: [],
        publicKeys: [],
        devices: [],
        hooks: [],
        groups: [],
        messages: [],
        moderation: noModeration,
      })
    }))

  test('the number and the time are those of the last commit, also of one that writes nothing', () =>
    withStore(async ({ store }) => {
      const numbers = async () => {
        const loaded = await store.load()
        return loaded.ok && [loaded.value.seq, loaded.value.at]
      }
      assert.deepEqual(await store.commit([account('Alice')], 7, 1_700_000_000_000), done)
      assert.deepEqual(await numbers(), [7, 1_700_000_000_000])
      assert.deepEqual(await store.commit([], 9_007_199_254_740_991, 1_700_000_000_001), done)
      assert.deepEqual(await numbers(), [9_007_199_254_740_991, 1_700_000_000_001])
    }))

  test('commits and reads take effect in the order they were asked for, without waiting for their results', () =>
    withStore(async ({ store }) => {
      const [one, two] = [message('Alice', 2), message('Alice', 3)]
      const results = await Promise.all([
        store.commit([account('Alice')], 1, 1),
        store.messages(alice, 0, 9),
        store.commit([putMessage(one)], 2, 2),
        store.messages(alice, 0, 9),
        store.commit([putMessage(two), noMessages('Alice', one.id)], 3, 3),
        store.messages(alice, 0, 9),
        store.commit([noAccount('Alice')], 4, 4),
        store.messages(alice, 0, 9),
      ])
      assert.deepEqual(results, [done, ok([]), done, ok([one]), done, ok([two]), done, ok([])])
    }))

  test('what is loaded has all commits before it and none after it', () =>
    withStore(async ({ store }) => {
      const [, loaded] = await Promise.all([
        store.commit([account('Alice')], 1, 1),
        store.load(),
        store.commit([noAccount('Alice')], 2, 2),
      ])
      assert.ok(loaded.ok)
      assert.deepEqual([loaded.value.seq, loaded.value.accounts.map(({ name }) => name)], [1, ['Alice']])
    }))

  test('writes of one commit see those before them', () =>
    withStore(async (driver) => {
      await driver.commit(
        account('Alice'),
        putMessage(message('Alice', 1)),
        noAccount('Alice'),
        account('ALICE', 'h2', 2),
        groupOf('Cats', 'eve'),
        join('cats', 'Alice'),
        noGroup('Cats'),
        groupOf('CATS'),
        join('Cats', 'ALICE'),
      )
      const { accounts, groups, messages } = await driver.load()
      assert.deepEqual(accounts, [{ name: 'ALICE', hash: 'h2', version: 2 }])
      assert.deepEqual(groups, [{ name: 'CATS', members: ['ALICE'], banned: [] }])
      assert.deepEqual(messages, [])
    }))

  const groundless = {
    'a message without its account': putMessage(message('Carol', 5)),
    'a member without a group': join('Dogs', 'Alice'),
    'a ban without a group': ban('Dogs', 'Alice'),
  }
  for (const [what, write] of Object.entries(groundless))
    test(`a commit with ${what} fails whole, and those after it succeed`, () =>
      withStore(async (driver) => {
        await driver.commit(account('Alice'), putMessage(message('Alice', 1)), groupOf('Cats'), join('Cats', 'Alice'))
        const before = await driver.load()
        const { store } = driver
        const writes = [account('Bob'), noMessages('Alice', 1), ban('Cats', 'Eve'), write, noAccount('Alice')]
        assert.deepEqual(await store.commit(writes, 2, 2), fail('unavailable'))
        assert.deepEqual(await driver.load(), before)
        assert.deepEqual(await store.commit([account('Bob')], 3, 3), done)
        assert.deepEqual(await store.messages(alice, 0, 9), ok([message('Alice', 1)]))
      }))

  test('what was asked for before the close is carried out, everything after it is unavailable', () =>
    withStore(async ({ store }) => {
      const committed = store.commit([account('Alice')], 1, 1)
      const loaded = store.load()
      await Promise.all([store.close(), store.close()])
      assert.deepEqual(await committed, done)
      const state = await loaded
      assert.deepEqual(state.ok && state.value.seq, 1)
      const refused = [store.commit([], 2, 2), store.load(), store.messages(alice, 0, 9)]
      for (const each of refused) assert.deepEqual(await each, fail('unavailable'))
    }))
}
