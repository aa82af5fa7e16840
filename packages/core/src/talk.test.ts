import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named, said } from '../testing/names.ts'
import { forget, TestCommunity, type TestUser } from '../testing/test-community.ts'

const broadcast = (from: TestUser, text: string) => from.why({ do: 'broadcast', text: said(text) })
const tell = (from: TestUser, to: string, text = 'hi') => from.why({ do: 'tell', to: named(to), text: said(text) })

describe('broadcast', () => {
  it("reaches everybody but the sender's own connections", () => {
    const t = new TestCommunity()
    const [first, second] = [t.enterRegistered('ann'), t.enterRegistered('ann', { exclusive: false })]
    const [bob, cas] = [t.enter('bob'), t.enter('cas')]
    forget(first, second, bob, cas)
    assert.equal(broadcast(first, 'hello'), 'ok')
    assert.deepEqual([first.heard(), second.heard()], [[], []])
    assert.deepEqual([bob.heard(), cas.heard()], [['broadcast ann hello'], ['broadcast ann hello']])
  })

  it('is heard in the order of the entries and needs no disk', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [t.enter('ann'), t.enter('bob'), t.enter('cas')]
    cas.heard()
    t.writable = false
    broadcast(ann, 'one')
    broadcast(bob, 'two')
    broadcast(ann, 'three')
    assert.deepEqual(cas.heard(), ['broadcast ann one', 'broadcast bob two', 'broadcast ann three'])
    assert.deepEqual([t.last?.durable, t.last?.writes], [false, []])
  })

  it('of somebody who has left is nobody’s', () => {
    const t = new TestCommunity()
    const [ann, bob] = [t.enter('ann'), t.enter('bob')]
    bob.leave()
    ann.heard()
    assert.deepEqual([broadcast(bob, 'x'), tell(bob, 'ann'), ann.heard()], ['gone', 'gone', []])
  })
})

describe('tell', () => {
  it('reaches a guest on the connection, nobody else, and waits nowhere', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [t.enter('ann'), t.enter('Bob'), t.enter('cas')]
    forget(bob, cas)
    assert.equal(tell(ann, 'bOB'), 'ok')
    assert.deepEqual([bob.heard(), cas.heard()], [['private-message ann Bob hi null'], []])
    assert.deepEqual([t.last?.durable, t.last?.writes], [false, []])
  })

  it('knows no user who is neither here nor registered', () => {
    const t = new TestCommunity()
    const ann = t.enter('ann')
    t.enter('bob').leave()
    for (const to of ['bob', 'nobody']) assert.equal(tell(ann, to), 'no-such-user')
  })

  it('knows no guest whose protocol has no words for it, and takes a message for a registered one', () => {
    const t = new TestCommunity()
    const ann = t.enter('ann')
    t.enter('mute', { privateMessages: 'fetched' })
    t.enterRegistered('deaf', { privateMessages: 'fetched' })
    assert.deepEqual([tell(ann, 'mute'), tell(ann, 'deaf')], ['no-such-user', 'ok'])
  })

  it('is durable for a registered user, here or away', () => {
    const t = new TestCommunity()
    t.register('bob')
    const ann = t.enter('ann')
    assert.equal(tell(ann, 'BOB', 'for later'), 'ok')
    assert.equal(t.last?.durable, true)
    const { messages } = t.store
    assert.deepEqual(messages, [{ id: 3, to: 'bob', from: 'ann', guest: true, text: 'for later', at: t.now }])
    const bob = t.enterRegistered('bob')
    tell(ann, 'bob', 'now')
    assert.deepEqual(bob.heard(), ['private-message ann bob now 5'])
  })

  it('is heard by everybody of the name who arrives before it is on disk', () => {
    const t = new TestCommunity()
    t.register('bob')
    tell(t.enter('ann'), 'bob')
    assert.deepEqual(
      t.last?.events.map(({ to }) => to),
      ['users'],
    )
  })

  it('may be to oneself, and who says it has its result', () => {
    const t = new TestCommunity()
    const ann = t.enter('ann')
    assert.deepEqual([tell(ann, 'ANN'), ann.heard()], ['ok', []])
  })

  it('is unavailable for a registered user while the store takes nothing, and goes on for guests', () => {
    const t = new TestCommunity()
    t.register('bob')
    const [ann, cas] = [t.enter('ann'), t.enter('cas')]
    t.writable = false
    assert.deepEqual([tell(ann, 'bob'), tell(ann, 'cas')], ['unavailable', 'ok'])
    assert.deepEqual([cas.heard().length, t.store.messages], [1, []])
  })

  it('is for the account from the moment that there is one: a guest of its name hears nothing', () => {
    const t = new TestCommunity()
    const [ann, guest] = [t.enter('ann'), t.enter('bob')]
    t.register('bob')
    guest.heard()
    assert.equal(tell(ann, 'bob', 'for the holder'), 'ok')
    assert.deepEqual(guest.heard(), [])
    assert.equal(t.community.mailboxes.waiting(named('bob')), 1)
  })
})
