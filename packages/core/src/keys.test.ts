import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../testing/names.ts'
import { forget, TestCommunity, type Arrival, type TestUser } from '../testing/test-community.ts'
import type { SealingCapability } from './capabilities.ts'

/** How somebody takes part whose protocol has this name. */
function sealing(keys: SealingCapability['keys'], protocol: string): Arrival {
  return { sealing: { keys, protocol, keyForm: 'line', messageForm: 'line' } }
}

/** Somebody who gives the key when it is asked for. Its arrival is forgotten. */
function requested(t: TestCommunity, name: string, protocol = name, how: Arrival = {}): TestUser {
  return t.enter(name, { ...sealing('requested', protocol), ...how })
}

/** Somebody who gives the key unasked and holds everybody's. */
function pushed(t: TestCommunity, name: string): TestUser {
  return t.enter(name, sealing('pushed', 'pushed'))
}

/** What of keys and sealed messages was heard. */
function news(user: TestUser): string[] {
  return user.heard().filter((line) => !line.startsWith('user-'))
}

const publish = (who: TestUser, key: string) => who.why({ do: 'key.publish', key, answering: null })
const request = (who: TestUser, to: string, correlationId: string | null = null) =>
  who.why({ do: 'key.request', to: named(to), correlationId })
const sendKey = (who: TestUser, to: string, sessionKey: string) =>
  who.why({ do: 'session-key.send', to: named(to), sessionKey })
const send = (who: TestUser, to: string, message: string, sessionKey: string | null) =>
  who.why({ do: 'sealed.send', to: named(to), message, sessionKey })

describe('public keys', () => {
  it('reach whoever holds all of them as soon as they are known or new, and are asked for in the name of the first', () => {
    const t = new TestCommunity()
    const jon = requested(t, 'jon')
    const [ann, bob] = [pushed(t, 'ann'), pushed(t, 'bob')]
    assert.deepEqual(news(jon), ['key-requested ann null'])
    for (const [who, key] of [
      [jon, 'J'],
      [jon, 'J'],
      [bob, 'B'],
      [jon, 'J2'],
    ] as const) {
      publish(who, key)
    }
    assert.deepEqual(news(ann), [
      'public-key ann jon J null',
      'public-key ann bob B null',
      'public-key ann jon J2 null',
    ])
    assert.deepEqual(news(bob), ['public-key bob jon J null', 'public-key bob jon J2 null'])
    assert.deepEqual(news(pushed(t, 'cas')), ['public-key cas jon J2 null', 'public-key cas bob B null'])
  })

  it('are asked for in the name of who has been here longest among those who hold all of them', () => {
    const t = new TestCommunity()
    pushed(t, 'gone').leave()
    pushed(t, 'first')
    pushed(t, 'second')
    assert.deepEqual(news(requested(t, 'jon')), ['key-requested first null'])
  })

  it('say whether they are another one than before', () => {
    const t = new TestCommunity()
    const ann = requested(t, 'ann')
    const isNew = ['A', 'A', 'B'].map((key) => {
      const published = ann.do({ do: 'key.publish', key, answering: null })
      return published.ok && published.value.isNew
    })
    assert.deepEqual([isNew, t.community.keys.hasPublished(ann.id)], [[true, false, true], true])
  })

  it('are not told to a protocol that cannot carry them unaltered', () => {
    const t = new TestCommunity()
    const [ann, bob] = [pushed(t, 'ann'), requested(t, 'bob')]
    news(ann)
    publish(bob, 'two\nlines')
    assert.deepEqual([news(ann), request(ann, 'bob')], [[], 'no-key'])
  })

  it('of one who left are not taken, and nothing is asked or sent in that name', () => {
    const t = new TestCommunity()
    const [ann, bob] = [pushed(t, 'ann'), requested(t, 'bob')]
    bob.leave()
    news(ann)
    const outcomes = [publish(bob, 'B'), request(bob, 'ann'), send(bob, 'ann', 'm', 'k'), sendKey(bob, 'ann', 'k')]
    assert.deepEqual(outcomes, Array(4).fill('gone'))
    const next = requested(t, 'bob')
    assert.equal(publish(bob, 'B'), 'gone')
    assert.deepEqual([news(ann), t.community.keys.hasPublished(next.id)], [[], false])
  })

  it('that are too long are not taken', () => {
    const t = new TestCommunity()
    const [ann] = [requested(t, 'ann'), requested(t, 'bob')]
    const long = 'x'.repeat(8_193)
    assert.deepEqual(
      [publish(ann, long), sendKey(ann, 'bob', long), send(ann, 'bob', 'm', long)],
      Array(3).fill('key-too-long'),
    )
    assert.equal(t.community.keys.hasPublished(ann.id), false)
    assert.equal(publish(ann, 'x'.repeat(8_192)), 'ok')
  })

  it('of one who takes no part are taken and kept nowhere', () => {
    const t = new TestCommunity()
    const [ann, plain] = [pushed(t, 'ann'), t.enter('plain')]
    news(ann)
    assert.equal(publish(plain, 'P'), 'ok')
    assert.deepEqual([news(ann), t.community.keys.hasPublished(plain.id), request(ann, 'plain')], [[], false, 'no-key'])
  })
})

describe('sealed messages', () => {
  it('carry the key that was sent last between the two, by whichever of them', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [requested(t, 'ann'), requested(t, 'bob'), requested(t, 'cas')]
    const { keys } = t.community
    assert.equal(keys.haveSession(ann.id, named('bob')), false)
    assert.deepEqual(ann.do({ do: 'session-key.send', to: named('BOB'), sessionKey: 'K1' }), { ok: true, value: 'bob' })
    assert.deepEqual([keys.haveSession(ann.id, named('bob')), keys.haveSession(bob.id, named('ANN'))], [true, true])
    send(bob, 'ann', 'm1', null)
    send(bob, 'ann', 'm2', 'K2')
    send(ann, 'bob', 'm3', null)
    assert.deepEqual(news(ann), ['sealed-message bob ann m1 K1', 'sealed-message bob ann m2 K2'])
    assert.deepEqual(news(bob), ['session-key ann K1', 'sealed-message ann bob m3 K2'])
    assert.deepEqual([news(cas), keys.haveSession(ann.id, named('cas'))], [[], false])
  })

  it('are refused in this order: to nobody, to oneself, without a key, empty, more than the protocol can carry', () => {
    const t = new TestCommunity()
    t.register('away')
    const [ann] = [requested(t, 'ann'), requested(t, 'bob'), t.enter('deaf')]
    const cases: readonly (readonly [string, string, string | null, string])[] = [
      ['nobody', '', 'K', 'no-such-user'],
      ['away', 'm', 'K', 'no-such-user'],
      ['ANN', '', 'K', 'to-yourself'],
      ['deaf', '', 'K', 'no-key'],
      ['bob', '', null, 'no-key'],
      ['bob', 'm', '', 'no-key'],
      ['bob', 'm', 'K\n', 'no-key'],
      ['bob', '', 'K', 'empty-text'],
      ['bob', 'm\n', 'K', 'no-key'],
    ]
    for (const [to, message, key, outcome] of cases)
      assert.equal(send(ann, to, message, key), outcome, `${to} ${message} ${key}`)
    assert.equal(t.community.keys.haveSession(ann.id, named('bob')), false)
    assert.equal(send(ann, 'bob', 'm', 'K'), 'ok')
  })

  it('do not reach who gives its key unasked and gave none, but under a session key of its own (X-6)', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [pushed(t, 'ann'), requested(t, 'bob'), pushed(t, 'cas')]
    assert.deepEqual([send(bob, 'ann', 'm', 'K'), sendKey(cas, 'ann', 'K')], ['no-key', 'no-key'])
    assert.equal(sendKey(ann, 'bob', 'K'), 'ok')
    assert.deepEqual([send(bob, 'ann', 'm', null), send(bob, 'ann', 'm', 'K2')], ['ok', 'ok'])
    assert.equal(send(cas, 'ann', 'm', 'K'), 'no-key')
    publish(ann, 'A')
    assert.equal(send(cas, 'ann', 'm', 'K'), 'ok')
  })

  it('without a session key reach only who gave its key unasked (I-14)', () => {
    const t = new TestCommunity()
    const [ann, bob] = [pushed(t, 'ann'), requested(t, 'bob')]
    for (const each of [ann, bob]) publish(each, 'K')
    news(ann)
    assert.deepEqual([send(bob, 'ann', 'm', null), send(ann, 'bob', 'm', null)], ['ok', 'no-key'])
    assert.deepEqual(news(ann), ['sealed-message bob ann m null'])
  })

  it('need a new session once one of the two has left, and the other is told once', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [requested(t, 'ann'), requested(t, 'bob'), requested(t, 'cas')]
    sendKey(ann, 'bob', 'K1')
    bob.leave()
    bob.leave()
    assert.deepEqual([news(ann), news(cas)], [['session-over bob'], []])
    const next = requested(t, 'bob')
    assert.equal(t.community.keys.haveSession(ann.id, named('bob')), false)
    assert.deepEqual([send(ann, 'bob', 'm', null), news(next)], ['no-key', []])
  })

  it('belong to the connection that can take them, not to others of the same account', () => {
    const t = new TestCommunity()
    t.register('bob')
    const ann = requested(t, 'ann')
    const bob = requested(t, 'bob', 'b', { version: t.versionOf('bob') })
    const beside = t.enterRegistered('bob', { exclusive: false })
    sendKey(ann, 'bob', 'K1')
    beside.leave()
    assert.equal(t.community.keys.haveSession(ann.id, named('bob')), true)
    t.enterRegistered('bob', { exclusive: false })
    bob.leave()
    assert.deepEqual([news(ann), send(ann, 'bob', 'm', 'K')], [['session-over bob'], 'no-key'])
  })

  it('need no disk', () => {
    const t = new TestCommunity()
    const [ann] = [requested(t, 'ann'), requested(t, 'bob')]
    t.writable = false
    assert.deepEqual([send(ann, 'bob', 'm', 'K'), t.last?.durable], ['ok', false])
  })
})

describe('the key of an account', () => {
  /** A device of the holder of an account. */
  const device = (t: TestCommunity, name: string) => {
    return t.enterRegistered(name, { ...sealing('requested', 'devices'), devices: true, exclusive: false })
  }

  it('is that of all its devices, and of those that come later', () => {
    const t = new TestCommunity()
    const [first, ann] = [device(t, 'bob'), requested(t, 'ann')]
    publish(first, 'B')
    const second = device(t, 'bob')
    assert.deepEqual([t.community.keys.hasPublished(second.id), request(ann, 'bob')], [true, 'ok'])
    assert.deepEqual(news(ann), ['public-key ann bob B null'])
    assert.deepEqual(news(second), [])
  })

  it('is given while its user is away, also after a restart, until the account is gone', () => {
    const t = new TestCommunity()
    const bob = device(t, 'bob')
    publish(bob, 'B')
    assert.equal(t.last?.durable, true)
    bob.leave()
    const restarted = new TestCommunity({}, t.store)
    const ann = requested(restarted, 'ann')
    assert.deepEqual([request(ann, 'bob', '7'), news(ann)], ['ok', ['public-key ann bob B 7']])
    restarted.do({ do: 'account.remove', name: named('bob') })
    assert.equal(request(ann, 'bob'), 'no-such-user')
  })

  it('lets somebody who is registered leave sealed messages for who is away, in history', () => {
    const t = new TestCommunity()
    const bob = device(t, 'bob')
    publish(bob, 'B')
    bob.leave()
    const [ann, annToo, guest] = [device(t, 'ann'), device(t, 'ann'), requested(t, 'guest')]
    forget(ann, annToo)
    assert.deepEqual(ann.do({ do: 'sealed.send', to: named('BOB'), message: 'm', sessionKey: 'S', nonce: 'n' }), {
      ok: true,
      value: { to: 'bob', kept: true },
    })
    assert.deepEqual([t.last?.durable, ann.heard(), annToo.heard()], [true, [], ['sealed-message ann bob m S']])
    assert.deepEqual([send(guest, 'bob', 'm', 'S'), send(ann, 'bob', 'm', null)], ['no-such-user', 'no-key'])
    t.writable = false
    assert.equal(send(ann, 'bob', 'm', 'S'), 'no-such-user')
  })

  it('comes before that of its user by another protocol', () => {
    const t = new TestCommunity()
    const ann = requested(t, 'ann')
    const bob = requested(t, 'bob', 'old', { version: (t.register('bob'), t.versionOf('bob')) })
    publish(bob, 'old')
    publish(device(t, 'bob'), 'new')
    forget(ann)
    assert.deepEqual([request(ann, 'bob'), news(ann)], ['ok', ['public-key ann bob new null']])
  })

  it('is told to whoever holds all keys, and to devices that have a session with it, when it changes', () => {
    const t = new TestCommunity()
    const [subscriber, bob, cas, dan] = [pushed(t, 'ann'), device(t, 'bob'), device(t, 'cas'), device(t, 'dan')]
    for (const each of [bob, cas, dan]) publish(each, 'K')
    sendKey(cas, 'bob', 'S')
    forget(subscriber, bob, cas, dan)
    publish(bob, 'K2')
    assert.deepEqual(
      [news(subscriber), news(cas), news(dan)],
      [['public-key ann bob K2 null'], ['public-key cas bob K2 null'], []],
    )
  })

  it('is told to devices that asked for it when it changes, also while nothing was written', () => {
    const t = new TestCommunity()
    const [bob, cas, dan] = [device(t, 'bob'), device(t, 'cas'), device(t, 'dan')]
    const guest = t.enter('guest', { ...sealing('requested', 'devices'), devices: true, exclusive: false })
    const other = requested(t, 'other')
    publish(bob, 'K')
    for (const each of [cas, guest, other]) assert.equal(request(each, 'bob', '1'), 'ok')
    sendKey(guest, 'bob', 'S')
    forget(bob, cas, dan, guest, other)
    publish(bob, 'K')
    publish(bob, 'K2')
    assert.deepEqual([cas, dan, guest, other].map(news), [
      ['public-key cas bob K2 null'],
      [],
      ['public-key guest bob K2 null'],
      [],
    ])
  })

  it('is told to those who asked when it comes before the one of another protocol', () => {
    const t = new TestCommunity()
    const bob = device(t, 'bob')
    publish(bob, 'new')
    bob.leave()
    publish(requested(t, 'bob', 'old', { version: t.versionOf('bob') }), 'old')
    const cas = device(t, 'cas')
    request(cas, 'bob', '1')
    forget(cas)
    device(t, 'bob')
    assert.deepEqual(news(cas), ['public-key cas bob new null'])
  })

  it('is told to an asker for the last thousand that were asked for', () => {
    const t = new TestCommunity()
    const cas = device(t, 'cas')
    const others = Array.from({ length: 1_001 }, (_, index) => requested(t, `user${index}`, 'old'))
    for (const [index, each] of others.entries()) {
      publish(each, 'K')
      assert.equal(request(cas, `user${index}`), 'ok')
    }
    forget(cas)
    for (const each of [others[0]!, others[1]!, others.at(-1)!]) publish(each, 'K2')
    assert.deepEqual(news(cas), ['public-key cas user1 K2 null', 'public-key cas user1000 K2 null'])
  })

  it('is refused where the store takes nothing, and a guest has none', () => {
    const t = new TestCommunity()
    const bob = device(t, 'bob')
    const guest = t.enter('guest', { ...sealing('requested', 'devices'), devices: true, exclusive: false })
    t.writable = false
    assert.deepEqual([publish(bob, 'B'), publish(guest, 'G')], ['unavailable', 'ok'])
    assert.equal(t.community.keys.hasPublished(bob.id), false)
  })

  it('stands for a session that goes on while one of its devices is here', () => {
    const t = new TestCommunity()
    const [first, second, ann] = [device(t, 'bob'), device(t, 'bob'), requested(t, 'ann')]
    publish(first, 'B')
    sendKey(ann, 'bob', 'S')
    first.leave()
    assert.deepEqual([news(ann), send(ann, 'bob', 'm', null)], [[], 'ok'])
    assert.deepEqual(news(second), ['session-key ann S', 'sealed-message ann bob m S'])
    second.leave()
    assert.deepEqual(news(ann), ['session-over bob'])
  })

  it('makes that a sealed message reaches every device, also the other ones of who wrote it', () => {
    const t = new TestCommunity()
    const [bob, bobToo, cas, casToo] = [device(t, 'bob'), device(t, 'bob'), device(t, 'cas'), device(t, 'cas')]
    for (const each of [bob, cas]) publish(each, 'K')
    assert.equal(send(bob, 'cas', 'm', 'S'), 'ok')
    const heard = 'sealed-message bob cas m S'
    assert.deepEqual([bob, bobToo, cas, casToo].map(news), [[], [heard], [heard], [heard]])
  })
})
