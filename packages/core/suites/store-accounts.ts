import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../src/names.ts'
import { done, fail, ok } from '../src/result.ts'
import { named } from './named.ts'
import type { WithStore } from './store-suite.ts'

const limits = { perPair: 10, perRecipient: 20 }
const alice = named('Alice')
const bob = named('bob_2')

export function accountTests(withStore: WithStore): void {
  test('an account that was added is found by its key, in the case it was added with', () =>
    withStore(limits, async ({ accounts }) => {
      assert.deepEqual(await accounts.find(keyOf(alice)), ok(null))
      assert.deepEqual(await accounts.add({ name: alice, hash: 'h1' }), done)
      assert.deepEqual(await accounts.find(keyOf(named('aLICE'))), ok({ name: alice, hash: 'h1' }))
      assert.deepEqual(await accounts.find(keyOf(bob)), ok(null))
    }))

  test('a name is added once, whatever the case, and the first stays as it was', () =>
    withStore(limits, async ({ accounts }) => {
      await accounts.add({ name: alice, hash: 'h1' })
      assert.deepEqual(await accounts.add({ name: named('ALICE'), hash: 'h2' }), fail('account-exists'))
      assert.deepEqual(await accounts.list(), ok([{ name: alice, hash: 'h1' }]))
    }))

  test('of two who add the same name at once one succeeds', () =>
    withStore(limits, async ({ accounts }) => {
      const both = await Promise.all(['h1', 'h2'].map((hash) => accounts.add({ name: alice, hash })))
      assert.deepEqual(both, [done, fail('account-exists')])
      assert.deepEqual(await accounts.find(keyOf(alice)), ok({ name: alice, hash: 'h1' }))
    }))

  test('a hash is set for an account that is there, and for no other', () =>
    withStore(limits, async ({ accounts }) => {
      await accounts.add({ name: alice, hash: 'h1' })
      await accounts.add({ name: bob, hash: 'h2' })
      assert.deepEqual(await accounts.setHash(keyOf(alice), 'h3'), done)
      assert.deepEqual(await accounts.setHash(keyOf(named('carol')), 'h4'), fail('no-such-account'))
      assert.deepEqual(
        await accounts.list(),
        ok([
          { name: alice, hash: 'h3' },
          { name: bob, hash: 'h2' },
        ]),
      )
    }))

  test('an account that was removed is not there, and can be added anew', () =>
    withStore(limits, async ({ accounts }) => {
      assert.deepEqual(await accounts.remove(keyOf(alice)), fail('no-such-account'))
      await accounts.add({ name: alice, hash: 'h1' })
      assert.deepEqual(await accounts.remove(keyOf(alice)), done)
      assert.deepEqual(await accounts.remove(keyOf(alice)), fail('no-such-account'))
      assert.deepEqual(await accounts.find(keyOf(alice)), ok(null))
      assert.deepEqual(await accounts.add({ name: named('alice'), hash: 'h2' }), done)
      assert.deepEqual(await accounts.list(), ok([{ name: 'alice', hash: 'h2' }]))
    }))

  test('accounts are listed in alphabetical order, without regard to case', () =>
    withStore(limits, async ({ accounts }) => {
      assert.deepEqual(await accounts.list(), ok([]))
      for (const name of ['zoe', 'Bob', 'alice', 'Yan', 'bo']) await accounts.add({ name: named(name), hash: 'h' })
      const listed = await accounts.list()
      assert.ok(listed.ok)
      assert.deepEqual(
        listed.value.map(({ name }) => name),
        ['alice', 'bo', 'Bob', 'Yan', 'zoe'],
      )
    }))

  test('the mailbox goes with its account, and no other mailbox does', () =>
    withStore(limits, async ({ accounts, mailboxes }) => {
      for (const name of [alice, bob]) {
        await accounts.add({ name, hash: 'h' })
        await mailboxes.put(keyOf(name), { from: alice, text: `to ${name}`, at: 1 })
      }
      await accounts.remove(keyOf(alice))
      assert.deepEqual(await mailboxes.after(keyOf(alice), 0, 9), ok([]))
      await accounts.add({ name: alice, hash: 'h' })
      assert.deepEqual(await mailboxes.after(keyOf(alice), 0, 9), ok([]))
      const ofBob = await mailboxes.after(keyOf(bob), 0, 9)
      assert.deepEqual(ofBob.ok && ofBob.value.map(({ text }) => text), ['to bob_2'])
    }))
}
