import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WithStore } from './store-driver.ts'
import { account, groupOf, join, message, noAccount, putMessage } from './store-writes.ts'

export function accountTests(withStore: WithStore): void {
  test('an account is kept with its name in the case it was put with, its hash and its version', () =>
    withStore(async (driver) => {
      await driver.commit(account('aLICE', '$argon2id$v=19$…', 3))
      const { accounts } = await driver.load()
      assert.deepEqual(accounts, [{ name: 'aLICE', hash: '$argon2id$v=19$…', version: 3 }])
    }))

  test('an account that is put again is replaced, whatever the case, and keeps its messages', () =>
    withStore(async (driver) => {
      await driver.commit(account('Alice', 'h1', 1), account('bob_2', 'h2', 2), putMessage(message('Alice', 5)))
      await driver.commit(account('ALICE', 'h3', 6))
      const { accounts, messages } = await driver.load()
      assert.deepEqual(Object.fromEntries(accounts.map(({ name, hash, version }) => [name, [hash, version]])), {
        ALICE: ['h3', 6],
        bob_2: ['h2', 2],
      })
      assert.deepEqual(
        messages.map(({ id }) => id),
        [5],
      )
    }))

  test('an account that is removed takes its mailbox along and nothing else', () =>
    withStore(async (driver) => {
      await driver.commit(account('Alice'), account('bob_2'), groupOf('Cats'), join('Cats', 'Alice'))
      await driver.commit(putMessage(message('Alice', 5)), putMessage(message('bob_2', 6)))
      await driver.commit(noAccount('ALICE'))
      const { accounts, messages, groups } = await driver.load()
      assert.deepEqual(
        accounts.map(({ name }) => name),
        ['bob_2'],
      )
      assert.deepEqual(
        messages.map(({ id }) => id),
        [6],
      )
      assert.deepEqual(
        groups.map(({ members }) => members),
        [['Alice']],
      )
      await driver.commit(account('Alice'))
      assert.equal((await driver.load()).messages.length, 1)
    }))

  test('to remove an account that is not there changes nothing', () =>
    withStore(async (driver) => {
      await driver.commit(account('Alice'))
      await driver.commit(noAccount('bob_2'))
      assert.equal((await driver.load()).accounts.length, 1)
    }))
}
