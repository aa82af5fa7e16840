import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../src/names.ts'
import { fail, ok } from '../src/result.ts'
import type { Write } from '../src/writes.ts'
import { named } from './named.ts'
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

  test('what belongs to an account is kept, replaced, and removed with it alone', () =>
    withStore(async (driver) => {
      const [alice, bob] = [keyOf(named('Alice')), keyOf(named('bob_2'))]
      const laptop = { id: 4, account: alice, label: 'laptop', hash: 'h', addedAt: 1, seenAt: 1 }
      const phone = { ...laptop, id: 5, account: bob, label: 'phone' }
      await driver.commit(account('Alice'), account('bob_2'))
      await driver.commit({ write: 'device.put', device: laptop }, { write: 'device.put', device: phone })
      await driver.commit({ write: 'device.put', device: { ...laptop, seenAt: 9 } })
      for (const key of ['old', 'new']) await driver.commit({ write: 'account.key', account: alice, key })
      await driver.commit({ write: 'account.key', account: bob, key: 'B' })
      for (const blob of ['old', 'new']) await driver.commit({ write: 'backup.put', account: alice, blob })
      for (const seq of [9, 4]) await driver.commit({ write: 'mark.put', user: alice, conversation: '*', seq })
      const { devices, publicKeys } = await driver.load()
      assert.deepEqual(devices, [{ ...laptop, seenAt: 9 }, phone])
      assert.deepEqual(Object.fromEntries(publicKeys.map(({ account: of, key }) => [of, key])), {
        alice: 'new',
        bob_2: 'B',
      })
      assert.deepEqual(await driver.store.backup(alice), ok('new'))
      assert.deepEqual(await driver.store.backup(bob), ok(null))
      await driver.commit(noAccount('Alice'))
      const left = await driver.load()
      assert.deepEqual([left.devices, left.publicKeys], [[phone], [{ account: bob, key: 'B' }]])
      assert.deepEqual(await driver.store.backup(alice), ok(null))
      await driver.commit({ write: 'device.remove', id: 5 })
      assert.deepEqual((await driver.load()).devices, [])
    }))

  test('what belongs to an account is not taken where there is none', () =>
    withStore(async ({ store }) => {
      const nobody = keyOf(named('nobody'))
      const device = { id: 4, account: nobody, label: 'laptop', hash: 'h', addedAt: 1, seenAt: 1 }
      const writes: readonly Write[] = [
        { write: 'device.put', device },
        { write: 'account.key', account: nobody, key: 'K' },
        { write: 'backup.put', account: nobody, blob: 'b' },
        { write: 'mark.put', user: nobody, conversation: '*', seq: 1 },
      ]
      for (const write of writes) assert.deepEqual(await store.commit([write], 1, 1), fail('unavailable'), write.write)
    }))

  test('to remove an account that is not there changes nothing', () =>
    withStore(async (driver) => {
      await driver.commit(account('Alice'))
      await driver.commit(noAccount('bob_2'))
      assert.equal((await driver.load()).accounts.length, 1)
    }))
}
