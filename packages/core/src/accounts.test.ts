import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../testing/names.ts'
import { TestCommunity } from '../testing/test-community.ts'
import type { AccountCommand } from './accounts.ts'

const add = (name: string): AccountCommand => ({ do: 'account.add', name: named(name), hash: `of ${name}` })
const password = (name: string): AccountCommand => ({ do: 'account.password', name: named(name), hash: 'changed' })
const remove = (name: string): AccountCommand => ({ do: 'account.remove', name: named(name) })

describe('accounts', () => {
  it('are made once, changed and removed by any case of the name', () => {
    const t = new TestCommunity()
    const steps = [
      [password('ann'), 'no-such-account'],
      [add('Ann'), 'ok'],
      [add('ANN'), 'account-exists'],
      [password('aNN'), 'ok'],
      [remove('ann'), 'ok'],
      [remove('Ann'), 'no-such-account'],
      [add('ANN'), 'ok'],
    ] as const
    for (const [command, outcome] of steps) assert.equal(t.why(command), outcome, JSON.stringify(command))
    assert.deepEqual(
      t.community.accounts.list().map(({ name }) => name),
      ['ANN'],
    )
  })

  it('keep the case of the name when the password changes, and never have the same version again', () => {
    const t = new TestCommunity()
    t.do(add('Ann'))
    const versions = [t.versionOf('ann')]
    t.do(password('ANN'))
    versions.push(t.versionOf('ann'))
    t.do(remove('ann'))
    t.do(add('ann'))
    versions.push(t.versionOf('ann'))
    assert.equal(new Set(versions).size, 3)
  })

  it('are listed in alphabetical order, whatever the order in which they were made', () => {
    const t = new TestCommunity()
    for (const name of ['Zoe', 'ann', 'Bob']) t.do(add(name))
    assert.deepEqual(
      t.community.accounts.list().map(({ name, hash }) => [name, hash]),
      ['ann', 'Bob', 'Zoe'].map((name) => [name, `of ${name}`]),
    )
  })

  it('are durable, and unavailable where the store takes nothing', () => {
    const t = new TestCommunity()
    t.do(add('ann'))
    assert.equal(t.last?.durable, true)
    assert.deepEqual(t.store.state.accounts, t.community.accounts.list())
    t.writable = false
    const before = t.community.accounts.list()
    for (const command of [add('bob'), password('ann'), remove('ann')]) assert.equal(t.why(command), 'unavailable')
    assert.deepEqual(t.community.accounts.list(), before)
    assert.deepEqual(t.last?.writes, [])
  })
})
