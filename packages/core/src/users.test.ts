import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../testing/names.ts'
import { forget, TestCommunity } from '../testing/test-community.ts'
import type { NodeId } from './names.ts'

describe('users', () => {
  it('give a name to the first of two who claim it, in any case', () => {
    const t = new TestCommunity()
    assert.deepEqual([t.mayEnter('ann'), t.mayEnter('ANN')], ['ok', 'name-taken'])
    assert.deepEqual(t.community.users.names(), ['ann'])
  })

  it('are announced to everybody else, joining once and leaving once', () => {
    const t = new TestCommunity()
    const ann = t.enter('ann')
    const bob = t.enter('bob')
    bob.leave()
    bob.leave()
    assert.deepEqual([ann.heard(), bob.heard()], [['user-joined bob', 'user-left bob'], []])
  })

  it('free a name at once, and nothing of who had it touches the next one', () => {
    const t = new TestCommunity()
    const former = t.enter('bob')
    former.leave()
    t.enter('Bob')
    former.leave()
    assert.deepEqual(t.community.users.names(), ['Bob'])
  })

  it('are listed in the order of signing in, in the case that they were taken with', () => {
    const t = new TestCommunity()
    const zoe = t.enter('Zoe')
    for (const name of ['ann', 'Bob']) t.enter(name)
    zoe.leave()
    t.enter('zoE')
    assert.deepEqual(t.community.users.names(), ['ann', 'Bob', 'zoE'])
  })

  it('are found by name in any case and by connection, and known by when they came', () => {
    const t = new TestCommunity()
    t.enter('ann')
    const bob = t.enter('Bob')
    const { users } = t.community
    assert.equal(users.of(bob.id), users.find(named('bOB')))
    assert.deepEqual([users.of(bob.id)?.since, users.of(bob.id)?.registered], [2, false])
    bob.leave()
    assert.deepEqual(
      [users.of(bob.id), users.connection(bob.id), users.find(bob.name)],
      [undefined, undefined, undefined],
    )
  })

  it('of a node leave together in the order in which they came, and nobody else does', () => {
    const t = new TestCommunity()
    const here = t.enter('here')
    for (const name of ['ann', 'bob']) t.enter(name, { node: 'other' })
    here.heard()
    t.do({ do: 'node.leave', node: 'other' as NodeId })
    assert.deepEqual(here.heard(), ['user-left ann', 'user-left bob'])
    assert.deepEqual(t.community.users.names(), ['here'])
  })
})

describe('users with accounts', () => {
  it('are shown in the case of the account and told how many messages wait', () => {
    const t = new TestCommunity()
    t.register('Ann')
    const arrived = t.enterRegistered('ANN')
    assert.equal(arrived.name, 'Ann')
    const { seq } = t.community
    assert.deepEqual(t.last?.result, { ok: true, value: { name: 'Ann', registered: true, waiting: 0, seq } })
  })

  it('are let in with the present password only', () => {
    const t = new TestCommunity()
    t.register('ann')
    const first = t.versionOf('ann')!
    t.do({ do: 'account.password', name: named('ann'), hash: 'second' })
    for (const version of [null, first, first + 100]) assert.equal(t.mayEnter('ann', { version }), 'name-taken')
    assert.equal(t.mayEnter('ann', { version: t.versionOf('ann') }), 'ok')
    assert.equal(t.mayEnter('bob', { version: first }), 'name-taken')
  })

  it('have any number of shared connections beside one exclusive one, and join once and leave once', () => {
    const t = new TestCommunity()
    const bob = t.enter('bob')
    const shared = { exclusive: false }
    const [first, second] = [t.enterRegistered('ann', shared), t.enterRegistered('ann', shared)]
    const exclusive = t.enterRegistered('ann')
    const third = t.enterRegistered('ann', shared)
    assert.equal(t.mayEnter('ann', { version: t.versionOf('ann') }), 'name-taken')
    assert.deepEqual(t.community.users.names(), ['bob', 'ann'])
    for (const each of [exclusive, first, third]) each.leave()
    assert.deepEqual(bob.heard(), ['user-joined ann'])
    second.leave()
    assert.deepEqual(bob.heard(), ['user-left ann'])
    for (const each of [first, second, third, exclusive]) assert.deepEqual(each.heard(), [])
  })

  it('stay the same user when the connection that came first leaves', () => {
    const t = new TestCommunity()
    const first = t.enterRegistered('ann', { exclusive: false })
    const second = t.enterRegistered('ann')
    const { since } = t.community.users.of(first.id)!
    first.leave()
    assert.equal(t.community.users.of(second.id)?.since, since)
    const copy = new TestCommunity()
    copy.community.restore(t.community.save())
    assert.equal(copy.community.users.of(second.id)?.since, since)
  })
})

describe('a change of an account (X-3)', () => {
  const changes = [
    ['is made', 'guest', { do: 'account.add', name: named('ann'), hash: 'x' }],
    ['gets another password', 'registered', { do: 'account.password', name: named('ANN'), hash: 'x' }],
    ['is removed', 'registered', { do: 'account.remove', name: named('ann') }],
  ] as const
  for (const [what, who, change] of changes) {
    it(`ends the connections of its name when it ${what}`, () => {
      const t = new TestCommunity()
      const bob = t.enter('bob')
      const how = { exclusive: false }
      const held = who === 'guest' ? [t.enter('ann')] : [t.enterRegistered('ann'), t.enterRegistered('ann', how)]
      forget(bob, ...held)
      assert.equal(t.why(change), 'ok')
      assert.deepEqual(bob.heard(), ['user-left ann'])
      for (const each of held) {
        assert.deepEqual(each.heard(), ['ended account-changed'])
        assert.equal(t.community.users.connection(each.id), undefined)
      }
      assert.equal(t.mayEnter('ann', { version: t.versionOf('ann') }), 'ok')
    })
  }

  it('is heard by those whom it ends at once, and not only when it is on disk', () => {
    const t = new TestCommunity()
    t.enterRegistered('ann')
    t.do({ do: 'account.remove', name: named('ann') })
    assert.deepEqual([t.last?.durable, t.last?.due.length, t.last?.events.length], [true, 2, 0])
  })

  it('leaves others and whoever has the present password alone', () => {
    const t = new TestCommunity()
    const bob = t.enterRegistered('bob')
    t.register('ann')
    assert.equal(t.why({ do: 'account.add', name: named('bob'), hash: 'x' }), 'account-exists')
    assert.deepEqual(bob.heard(), [])
    assert.ok(t.community.users.connection(bob.id))
  })
})
