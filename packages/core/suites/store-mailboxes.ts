import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../src/names.ts'
import { ok } from '../src/result.ts'
import { utf8Bytes } from '../src/text.ts'
import { named } from './named.ts'
import type { StoreDriver, WithStore } from './store-driver.ts'
import { account, letter, noLetters, putLetter } from './store-writes.ts'

const alice = keyOf(named('Alice'))
const bob = keyOf(named('Bob'))

export function mailboxTests(withStore: WithStore): void {
  /** Alice and Bob have accounts. */
  const withMailboxes: WithStore = (body) =>
    withStore(async (driver) => {
      await driver.commit(account('Alice'), account('Bob'))
      await body(driver)
    })

  test('a letter comes back exactly as it was put, text of any kind included', () =>
    withMailboxes(async (driver) => {
      const texts = ['hi', '', ' a\nb\tc ', 'ä 漢 🔑', 'nul \0 within', '\u001b[31m', "'; --", 'x'.repeat(70_000)]
      const letters = texts.map((text, at) => letter('Alice', at + 1, text, { guest: at % 2 === 0 }))
      await driver.commit(...letters.map(putLetter))
      assert.deepEqual(await driver.store.letters(alice, 0, 99), ok(letters))
    }))

  test('letters are loaded by id, each with what it weighs', () =>
    withMailboxes(async (driver) => {
      const letters = [
        letter('Alice', 4, 'ä 漢 🔑'),
        letter('Bob', 5, 'nul \0 within', { from: named('ALICE'), guest: false }),
        letter('Alice', 9_000_000_000, '', { from: named('carOL') }),
      ]
      await driver.commit(...letters.toReversed().map(putLetter))
      const { letters: loaded } = await driver.load()
      assert.deepEqual(loaded, [
        { id: 4, to: 'alice', from: 'bob', guest: true, bytes: utf8Bytes('ä 漢 🔑') },
        { id: 5, to: 'bob', from: 'alice', guest: false, bytes: 12 },
        { id: 9_000_000_000, to: 'alice', from: 'carol', guest: true, bytes: 0 },
      ])
    }))

  test('the oldest after an id are read, as many as asked for, of one mailbox only', () =>
    withMailboxes(async (driver) => {
      await driver.commit(...[3, 5, 8, 13].map((id) => putLetter(letter('Alice', id))), putLetter(letter('Bob', 4)))
      assert.deepEqual(await idsOf(driver, 0, 3), [3, 5, 8])
      assert.deepEqual(await idsOf(driver, 5, 3), [8, 13])
      assert.deepEqual(await idsOf(driver, 4, 1), [5])
      assert.deepEqual(await idsOf(driver, 13, 3), [])
      assert.deepEqual(await idsOf(driver, 0, 0), [])
      assert.deepEqual(await driver.store.letters(keyOf(named('nobody')), 0, 9), ok([]))
    }))

  test('what was removed is gone and the rest stays; ids that are not there are passed over', () =>
    withMailboxes(async (driver) => {
      await driver.commit(...[3, 5, 8, 13].map((id) => putLetter(letter('Alice', id))))
      await driver.commit(noLetters('Alice'), noLetters('Alice', 8, 999_999, 3, 3))
      await driver.commit(noLetters('Alice', 3))
      assert.deepEqual(await idsOf(driver, 0, 99), [5, 13])
      assert.deepEqual(
        (await driver.load()).letters.map(({ id }) => id),
        [5, 13],
      )
    }))

  test('nobody removes a letter from another one’s mailbox', () =>
    withMailboxes(async (driver) => {
      await driver.commit(putLetter(letter('Alice', 3)))
      await driver.commit(noLetters('Bob', 3))
      assert.deepEqual(await idsOf(driver, 0, 99), [3])
      assert.deepEqual(await driver.store.letters(bob, 0, 9), ok([]))
    }))

  test('a letter that is put twice is there once', () =>
    withMailboxes(async (driver) => {
      const put = putLetter(letter('Alice', 3))
      await driver.commit(put, put)
      await driver.commit(put)
      assert.deepEqual(await idsOf(driver, 0, 99), [3])
    }))

  test('letters by the ten thousand fit into one commit, and out of one', () =>
    withMailboxes(async (driver) => {
      const letters = Array.from({ length: 10_000 }, (_, at) => letter('Alice', at + 1))
      await driver.commit(...letters.map(putLetter))
      assert.equal((await driver.load()).letters.length, 10_000)
      await driver.commit(noLetters('Alice', ...letters.map(({ id }) => id)))
      assert.equal((await driver.load()).letters.length, 0)
    }))
}

/** Of Alice's letters. */
async function idsOf({ store }: StoreDriver, after: number, limit: number): Promise<number[]> {
  const letters = await store.letters(alice, after, limit)
  assert.ok(letters.ok)
  return letters.value.map(({ id }) => id)
}
