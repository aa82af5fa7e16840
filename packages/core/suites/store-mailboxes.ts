import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../src/names.ts'
import { ok } from '../src/result.ts'
import { utf8Bytes } from '../src/text.ts'
import { named } from './named.ts'
import type { StoreDriver, WithStore } from './store-driver.ts'
import { account, message, noMessages, putMessage } from './store-writes.ts'

const alice = keyOf(named('Alice'))
const bob = keyOf(named('Bob'))

export function mailboxTests(withStore: WithStore): void {
  /** Alice and Bob have accounts. */
  const withMailboxes: WithStore = (body) =>
    withStore(async (driver) => {
      await driver.commit(account('Alice'), account('Bob'))
      await body(driver)
    })

  test('a message comes back exactly as it was put, text of any kind included', () =>
    withMailboxes(async (driver) => {
      const texts = ['hi', '', ' a\nb\tc ', 'ä 漢 🔑', 'nul \0 within', '\u001b[31m', "'; --", 'x'.repeat(70_000)]
      const messages = texts.map((text, at) => message('Alice', at + 1, text, { guest: at % 2 === 0 }))
      await driver.commit(...messages.map(putMessage))
      assert.deepEqual(await driver.store.messages(alice, 0, 99), ok(messages))
    }))

  test('messages are loaded by id, each with what it weighs', () =>
    withMailboxes(async (driver) => {
      const messages = [
        message('Alice', 4, 'ä 漢 🔑'),
        message('Bob', 5, 'nul \0 within', { from: named('ALICE'), guest: false }),
        message('Alice', 9_000_000_000, '', { from: named('carOL') }),
      ]
      await driver.commit(...messages.toReversed().map(putMessage))
      const { messages: loaded } = await driver.load()
      assert.deepEqual(loaded, [
        { id: 4, to: 'alice', from: 'bob', guest: true, bytes: utf8Bytes('ä 漢 🔑') },
        { id: 5, to: 'bob', from: 'alice', guest: false, bytes: 12 },
        { id: 9_000_000_000, to: 'alice', from: 'carol', guest: true, bytes: 0 },
      ])
    }))

  test('the oldest after an id are read, as many as asked for, of one mailbox only', () =>
    withMailboxes(async (driver) => {
      await driver.commit(...[3, 5, 8, 13].map((id) => putMessage(message('Alice', id))), putMessage(message('Bob', 4)))
      assert.deepEqual(await idsOf(driver, 0, 3), [3, 5, 8])
      assert.deepEqual(await idsOf(driver, 5, 3), [8, 13])
      assert.deepEqual(await idsOf(driver, 4, 1), [5])
      assert.deepEqual(await idsOf(driver, 13, 3), [])
      assert.deepEqual(await idsOf(driver, 0, 0), [])
      assert.deepEqual(await driver.store.messages(keyOf(named('nobody')), 0, 9), ok([]))
    }))

  test('what was removed is gone and the rest stays; ids that are not there are passed over', () =>
    withMailboxes(async (driver) => {
      await driver.commit(...[3, 5, 8, 13].map((id) => putMessage(message('Alice', id))))
      await driver.commit(noMessages('Alice'), noMessages('Alice', 8, 999_999, 3, 3))
      await driver.commit(noMessages('Alice', 3))
      assert.deepEqual(await idsOf(driver, 0, 99), [5, 13])
      assert.deepEqual(
        (await driver.load()).messages.map(({ id }) => id),
        [5, 13],
      )
    }))

  test('nobody removes a message from another one’s mailbox', () =>
    withMailboxes(async (driver) => {
      await driver.commit(putMessage(message('Alice', 3)))
      await driver.commit(noMessages('Bob', 3))
      assert.deepEqual(await idsOf(driver, 0, 99), [3])
      assert.deepEqual(await driver.store.messages(bob, 0, 9), ok([]))
    }))

  test('a message that is put twice is there once', () =>
    withMailboxes(async (driver) => {
      const put = putMessage(message('Alice', 3))
      await driver.commit(put, put)
      await driver.commit(put)
      assert.deepEqual(await idsOf(driver, 0, 99), [3])
    }))

  test('messages by the ten thousand fit into one commit, and out of one', () =>
    withMailboxes(async (driver) => {
      const messages = Array.from({ length: 10_000 }, (_, at) => message('Alice', at + 1))
      await driver.commit(...messages.map(putMessage))
      assert.equal((await driver.load()).messages.length, 10_000)
      await driver.commit(noMessages('Alice', ...messages.map(({ id }) => id)))
      assert.equal((await driver.load()).messages.length, 0)
    }))
}

/** Of Alice's messages. */
async function idsOf({ store }: StoreDriver, after: number, limit: number): Promise<number[]> {
  const messages = await store.messages(alice, after, limit)
  assert.ok(messages.ok)
  return messages.value.map(({ id }) => id)
}
