import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { KeyNotice, Sealing } from './keys.ts'
import { MemoryCommunity, type Guest } from './memory/community.ts'

describe('public keys', () => {
  it('are given at once where they are known, and to nobody who did not ask', async () => {
    const { core, asked, pushed } = world()
    const [ann, bob, cas] = [await pushed('ann'), await asked('bob'), await asked('cas')]
    core.keys.publish(ann.presence, 'A')
    assert.deepEqual(core.keys.want(bob.presence, 'ANN', '7'), { ok: true, value: undefined })
    assert.deepEqual(bob.news(), ['key-wanted ann null', 'key-known bob ann A 7'])
    assert.deepEqual(cas.news(), ['key-wanted ann null'])
  })

  it('are asked for once, and several wait for one answer, each with its own stamp', async () => {
    const { core, asked } = world()
    const [ann, bob, jon] = [await asked('ann', 'a'), await asked('bob', 'b'), await asked('jon', 'j')]
    core.keys.want(ann.presence, 'jon', '1')
    core.keys.want(bob.presence, 'jon', '2')
    core.keys.want(ann.presence, 'jon', '3')
    assert.deepEqual(jon.news(), ['key-wanted ann null'])
    core.keys.publish(jon.presence, 'J', { by: 'ann', stamp: 'whatever' })
    assert.deepEqual(ann.news(), ['key-known ann jon J 1', 'key-known ann jon J 3'])
    assert.deepEqual(bob.news(), ['key-known bob jon J 2'])
  })

  it('are awaited for 10 s by all who wait, counted from the question, and no longer by who comes later', async () => {
    const { core, clock, asked } = world()
    const [ann, bob, jon] = [await asked('ann', 'a'), await asked('bob', 'b'), await asked('jon', 'j')]
    core.keys.want(ann.presence, 'jon')
    clock.advance(9_999)
    core.keys.want(bob.presence, 'jon')
    assert.deepEqual([ann.news(), bob.news()], [[], []])
    clock.advance(1)
    assert.deepEqual([ann.news(), bob.news()], [['key-missing jon null no-key'], ['key-missing jon null no-key']])
    assert.deepEqual(core.keys.want(bob.presence, 'jon'), { ok: false, fail: 'no-key' })
    core.keys.publish(jon.presence, 'J')
    assert.equal(core.keys.want(bob.presence, 'jon').ok, true)
    assert.deepEqual([ann.news(), bob.news()], [[], ['key-known bob jon J null']])
  })

  it('are asked for anew by each of a kin, and each answer goes to its own question alone', async () => {
    const { core, clock, asked } = world()
    const [ann, bob, cas] = [await asked('ann', 'k'), await asked('bob', 'k'), await asked('cas', 'k')]
    core.keys.publish(bob.presence, 'B')
    core.keys.want(ann.presence, 'bob', '1')
    core.keys.want(ann.presence, 'bob', '2')
    core.keys.want(cas.presence, 'bob', '1')
    assert.deepEqual(bob.news(), ['key-wanted ann 1', 'key-wanted ann 2', 'key-wanted cas 1'])
    core.keys.publish(bob.presence, 'B', { by: 'Ann', stamp: '2' })
    core.keys.publish(bob.presence, 'B', { by: 'ann', stamp: '2' })
    core.keys.publish(bob.presence, 'B', { by: 'ann', stamp: '9' })
    assert.deepEqual([ann.news(), cas.news()], [['key-known ann bob B 2'], []])
    clock.advance(10_000)
    assert.deepEqual([ann.news(), cas.news()], [['key-missing bob 1 no-key'], ['key-missing bob 1 no-key']])
  })

  it('reach whoever must hold all of them as soon as they are known or new, and are asked for in the name of the first', async () => {
    const { core, asked, pushed } = world()
    const jon = await asked('jon')
    const [ann, bob] = [await pushed('ann'), await pushed('bob')]
    assert.deepEqual(jon.news(), ['key-wanted ann null'])
    core.keys.publish(jon.presence, 'J')
    core.keys.publish(jon.presence, 'J')
    core.keys.publish(bob.presence, 'B')
    core.keys.publish(jon.presence, 'J2')
    assert.deepEqual(ann.news(), ['key-known ann jon J null', 'key-known ann bob B null', 'key-known ann jon J2 null'])
    assert.deepEqual(bob.news(), ['key-known bob jon J null', 'key-known bob jon J2 null'])
    const cas = await pushed('cas')
    assert.deepEqual(cas.news(), ['key-known cas jon J2 null', 'key-known cas bob B null'])
  })

  it('are missing for whoever waits when their user leaves, once, and nothing is left to time out', async () => {
    const { core, clock, community, asked } = world()
    const [ann, jon] = [await asked('ann', 'a'), await asked('jon', 'j')]
    core.keys.want(ann.presence, 'jon', '1')
    community.leave(jon)
    assert.deepEqual(ann.news(), ['key-missing jon 1 no-such-user'])
    assert.equal(clock.waiting, 0)
    const next = await asked('jon', 'j')
    clock.advance(60_000)
    assert.deepEqual([ann.news(), next.news(), jon.news()], [[], [], ['key-wanted ann null']])
    assert.equal(core.keys.want(ann.presence, 'jon').ok, true)
    assert.deepEqual(next.news(), ['key-wanted ann null'])
  })

  it('are kept for others when the asker leaves, and tell nothing to who left or took the name', async () => {
    const { core, clock, community, asked } = world()
    const [ann, bob, jon] = [await asked('ann', 'a'), await asked('bob', 'b'), await asked('jon', 'j')]
    core.keys.want(ann.presence, 'jon')
    core.keys.want(bob.presence, 'jon')
    community.leave(ann)
    const next = await asked('ann', 'a')
    core.keys.publish(jon.presence, 'J', { by: 'ann', stamp: null })
    clock.advance(60_000)
    assert.deepEqual([ann.news(), next.news(), bob.news()], [[], [], ['key-known bob jon J null']])
  })

  it('of one who left are not taken, and nothing is asked or sent in its name', async () => {
    const { core, community, asked, pushed } = world()
    const [ann, bob] = [await pushed('ann'), await asked('bob')]
    community.leave(bob)
    assert.equal(core.keys.publish(bob.presence, 'B').ok, true)
    for (const result of [core.keys.want(bob.presence, 'ann'), core.keys.send(bob.presence, 'ann', 'm', 'k')])
      assert.deepEqual(result, { ok: false, fail: 'no-key' })
    const next = await asked('bob')
    assert.equal(core.keys.publish(bob.presence, 'B').ok, true)
    assert.deepEqual([ann.news(), core.keys.hasPublished(next.presence)], [[], false])
  })

  it('that are new are 5 at once and then one in 10 s; what comes sooner is ignored, the same key is free', async () => {
    const { core, clock, asked, pushed } = world()
    const [ann, bob] = [await pushed('ann'), await asked('bob')]
    for (const key of ['1', '2', '3', '4', '5', '5', '6']) core.keys.publish(bob.presence, key)
    const heard = ['1', '2', '3', '4', '5'].map((key) => `key-known ann bob ${key} null`)
    assert.deepEqual(ann.news(), heard)
    assert.equal(core.keys.want(ann.presence, 'bob').ok, true)
    assert.deepEqual(ann.news(), ['key-known ann bob 5 null'])
    clock.advance(10_000)
    core.keys.publish(bob.presence, '7')
    core.keys.publish(bob.presence, '8')
    assert.deepEqual(ann.news(), ['key-known ann bob 7 null'])
  })

  it('too long are not taken, and questions without an answer are limited', async () => {
    const { core, asked } = world()
    const [ann, bob] = [await asked('ann', 'k'), await asked('bob', 'k')]
    assert.deepEqual(core.keys.publish(ann.presence, 'x'.repeat(8_193)), { ok: false, fail: 'key-too-long' })
    assert.deepEqual(core.keys.handOver(ann.presence, 'bob', 'x'.repeat(8_193)), { ok: false, fail: 'key-too-long' })
    assert.equal(core.keys.hasPublished(ann.presence), false)
    for (let stamp = 0; stamp < 64; stamp++) assert.equal(core.keys.want(ann.presence, 'bob', `${stamp}`).ok, true)
    assert.deepEqual(core.keys.want(ann.presence, 'bob'), { ok: false, fail: 'too-many-messages' })
    core.keys.publish(bob.presence, 'B', { by: 'ann', stamp: '9' })
    assert.equal(core.keys.want(ann.presence, 'bob').ok, true)
  })
})

describe('sealed messages', () => {
  it('carry the key that was handed over last between the two, by whichever of them', async () => {
    const { core, asked } = world()
    const [ann, bob, cas] = [await asked('ann', 'a'), await asked('bob', 'b'), await asked('cas')]
    assert.equal(core.keys.haveSession(ann.presence, 'bob'), false)
    assert.deepEqual(core.keys.handOver(ann.presence, 'BOB', 'K1'), { ok: true, value: 'bob' })
    assert.deepEqual(
      [core.keys.haveSession(ann.presence, 'bob'), core.keys.haveSession(bob.presence, 'ANN')],
      [true, true],
    )
    core.keys.send(bob.presence, 'ann', 'm1', null)
    core.keys.send(bob.presence, 'ann', 'm2', 'K2')
    core.keys.send(ann.presence, 'bob', 'm3', null)
    assert.deepEqual(ann.news(), ['sealed-message bob ann m1 K1', 'sealed-message bob ann m2 K2'])
    assert.deepEqual(bob.news(), ['session-key ann K1', 'sealed-message ann bob m3 K2'])
    assert.deepEqual([cas.news(), core.keys.haveSession(ann.presence, 'cas')], [[], false])
  })

  it('are refused in this order: to nobody, to oneself, without a key, empty, more than the protocol can carry, too many', async () => {
    const { core, community, asked } = world({ burst: 1, perSecond: 1 })
    await community.core.accounts.add('away', 'secret12')
    const ann = await asked('ann', 'a')
    await asked('bob', 'b')
    await community.join('deaf')
    const send = (to: string, message: string, key: string | null) => {
      const sent = core.keys.send(ann.presence, to, message, key)
      return sent.ok || sent.fail
    }
    assert.deepEqual(
      [send('nobody', '', 'K'), send('away', 'm', 'K'), send('b b', 'm', 'K')],
      Array(3).fill('no-such-user'),
    )
    assert.deepEqual([send('ANN', '', 'K'), send('deaf', '', 'K')], ['to-yourself', 'no-key'])
    assert.deepEqual([send('bob', '', null), send('bob', 'm', 'K\n')], ['no-key', 'no-key'])
    assert.deepEqual([send('bob', '', 'K'), send('bob', 'm\n', 'K')], ['empty-text', 'no-key'])
    assert.equal(core.keys.haveSession(ann.presence, 'bob'), false)
    assert.deepEqual([send('bob', 'm', 'K'), send('bob', 'm', 'K2')], [true, 'too-many-messages'])
    assert.equal(core.keys.handOver(ann.presence, 'bob', 'K3').ok, true)
  })

  it('do not reach who gives its key unasked and gave none, but under a session key of its own (X-6)', async () => {
    const { core, asked, pushed } = world()
    const [ann, bob, cas] = [await pushed('ann'), await asked('bob'), await pushed('cas')]
    const refused = { ok: false, fail: 'no-key' }
    assert.deepEqual(core.keys.send(bob.presence, 'ann', 'm', 'K'), refused)
    assert.deepEqual(core.keys.handOver(cas.presence, 'ann', 'K'), refused)
    assert.equal(core.keys.handOver(ann.presence, 'bob', 'K').ok, true)
    assert.equal(core.keys.send(bob.presence, 'ann', 'm', null).ok, true)
    assert.equal(core.keys.send(bob.presence, 'ann', 'm', 'K2').ok, true)
    assert.deepEqual(core.keys.send(cas.presence, 'ann', 'm', 'K'), refused)
    core.keys.publish(ann.presence, 'A')
    assert.equal(core.keys.send(cas.presence, 'ann', 'm', 'K').ok, true)
  })

  it('share no rate with session keys, which are 20 at once and then 5 a second', async () => {
    const { core, clock, asked } = world({ burst: 1, perSecond: 0.001 })
    const ann = await asked('ann', 'a')
    const bob = await asked('bob', 'b')
    const handOver = () => core.keys.handOver(ann.presence, 'bob', 'K')
    for (let time = 0; time < 20; time++) assert.equal(handOver().ok, true)
    bob.news()
    assert.deepEqual(handOver(), { ok: false, fail: 'too-many-messages' })
    assert.deepEqual(bob.news(), [])
    assert.equal(core.keys.send(ann.presence, 'bob', 'm', 'K').ok, true)
    clock.advance(200)
    assert.deepEqual([handOver().ok, handOver().ok], [true, false])
  })

  it('share one rate with plain ones', async () => {
    const { core, asked } = world({ burst: 2, perSecond: 1 })
    const ann = await asked('ann', 'a')
    await asked('bob', 'b')
    core.talk.broadcast(ann.presence, 'hello')
    assert.equal(core.keys.send(ann.presence, 'bob', 'm', 'K').ok, true)
    assert.deepEqual(core.talk.broadcast(ann.presence, 'hello'), { ok: false, fail: 'too-many-messages' })
  })

  it('do not reach a connection that has ended, and wait nowhere', async () => {
    const { core, asked } = world()
    const [ann, bob] = [await asked('ann', 'a'), await asked('bob', 'b')]
    bob.ear.end()
    assert.deepEqual(core.keys.send(ann.presence, 'bob', 'm', 'K'), { ok: false, fail: 'no-such-user' })
    assert.deepEqual(core.keys.want(ann.presence, 'bob'), { ok: false, fail: 'no-such-user' })
    assert.deepEqual(bob.news(), [])
  })

  it('need a new session once one of the two has left, and the other is told once', async () => {
    const { core, community, asked } = world()
    const [ann, bob, cas] = [await asked('ann', 'a'), await asked('bob', 'b'), await asked('cas', 'c')]
    core.keys.handOver(ann.presence, 'bob', 'K1')
    community.leave(bob)
    community.leave(bob)
    assert.deepEqual([ann.news(), cas.news()], [['session-over bob'], []])
    const next = await asked('bob', 'b')
    assert.equal(core.keys.haveSession(ann.presence, 'bob'), false)
    assert.deepEqual(core.keys.send(ann.presence, 'bob', 'm', null), { ok: false, fail: 'no-key' })
    assert.deepEqual([next.news(), bob.news()], [[], ['session-key ann K1']])
  })

  it('belong to the connection that can take them, not to others of the same account', async () => {
    const { core, community, asked } = world()
    await core.accounts.add('bob', 'secret12')
    const ann = await asked('ann', 'a')
    const bob = await asked('bob', 'b', { password: 'secret12' })
    const beside = await community.join('bob', { guests: false, exclusive: false, password: 'secret12' })
    core.keys.handOver(ann.presence, 'bob', 'K1')
    community.leave(beside)
    assert.equal(core.keys.haveSession(ann.presence, 'bob'), true)
    await community.join('bob', { guests: false, exclusive: false, password: 'secret12' })
    community.leave(bob)
    assert.deepEqual(ann.news(), ['session-over bob'])
    assert.deepEqual(core.keys.send(ann.presence, 'bob', 'm', 'K'), { ok: false, fail: 'no-key' })
  })
})

interface Holder extends Guest {
  /** The notices since the last look, each as the values of its members. */
  news(): readonly string[]
}

/** A community in which two are of a kin when they were made with the same letter. */
function world(messageRate?: { burst: number; perSecond: number }) {
  const community = new MemoryCommunity(messageRate ? { messageRate } : {})
  const kins = new Map<string, symbol>()

  async function join(keys: Sealing['keys'], name: string, kin: string, how: object): Promise<Holder> {
    const heard: KeyNotice[] = []
    if (!kins.has(kin)) kins.set(kin, Symbol(kin))
    const sealing: Sealing = {
      keys,
      kin: kins.get(kin)!,
      carries: (_what, value) => !value.includes('\n'),
      hear: (notice) => void heard.push(notice),
    }
    const guest = await community.join(name, { sealing, ...how })
    return { ...guest, news: () => heard.splice(0).map((notice) => Object.values(notice).map(String).join(' ')) }
  }

  return {
    community,
    core: community.core,
    clock: community.clock,
    asked: (name: string, kin = 'asked', how: object = {}) => join('asked', name, kin, how),
    pushed: (name: string) => join('pushed', name, 'pushed', {}),
  }
}
