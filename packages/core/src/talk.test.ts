import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answered, MemoryCommunity } from './memory/community.ts'

describe('broadcast', () => {
  it("reaches everybody but the sender's own connections", async () => {
    const community = new MemoryCommunity()
    await community.core.accounts.add('ann', 'secret12')
    const shared = { guests: false, exclusive: false, password: 'secret12' }
    const [first, second] = [await community.join('ann', shared), await community.join('ann', shared)]
    const bob = await community.join('bob')
    const cas = await community.join('cas')
    for (const each of [first, second, bob, cas]) each.ear.heard.length = 0
    assert.deepEqual(community.core.talk.broadcast(first.presence, 'hello'), { ok: true, value: undefined })
    assert.deepEqual([first.ear.heard, second.ear.heard], [[], []])
    assert.deepEqual([bob.ear.heard, cas.ear.heard], [['broadcast ann hello'], ['broadcast ann hello']])
  })

  it('is heard in the order of the calls', async () => {
    const community = new MemoryCommunity()
    const [ann, bob, cas] = [await community.join('ann'), await community.join('bob'), await community.join('cas')]
    cas.ear.heard.length = 0
    community.core.talk.broadcast(ann.presence, 'one')
    community.core.talk.broadcast(bob.presence, 'two')
    community.core.talk.broadcast(ann.presence, 'three')
    assert.deepEqual(cas.ear.heard, ['broadcast ann one', 'broadcast bob two', 'broadcast ann three'])
  })

  it('carries no control characters, and nothing at all is an empty text', async () => {
    const community = new MemoryCommunity()
    const [ann, bob] = [await community.join('ann'), await community.join('bob')]
    community.core.talk.broadcast(ann.presence, 'a\u001b[31mb\r\nc\td')
    assert.deepEqual(bob.ear.heard, ['broadcast ann a[31mb\nc\td'])
    for (const text of ['', '\u001b', '\r\n\n', '\u0085\u007f'])
      assert.deepEqual(community.core.talk.broadcast(ann.presence, text), { ok: false, fail: 'empty-text' })
  })

  it('is limited per user over all connections, and an empty text costs nothing', async () => {
    const community = new MemoryCommunity({ messageRate: { burst: 3, perSecond: 1 } })
    await community.core.accounts.add('ann', 'secret12')
    const shared = { guests: false, exclusive: false, password: 'secret12' }
    const [first, second] = [await community.join('ann', shared), await community.join('ann', shared)]
    const bob = await community.join('bob')
    const say = (who = first) => community.core.talk.broadcast(who.presence, 'x').ok
    community.core.talk.broadcast(first.presence, '')
    assert.deepEqual([say(), say(second), say(), say(second), say(bob)], [true, true, true, false, true])
    community.clock.advance(1_000)
    assert.deepEqual([say(second), say()], [true, false])
  })
})

describe('tell', () => {
  it('reaches a guest on its connection and nobody else', async () => {
    const community = new MemoryCommunity()
    const [ann, bob, cas] = [await community.join('ann'), await community.join('Bob'), await community.join('cas')]
    bob.ear.heard.length = cas.ear.heard.length = 0
    assert.equal((await community.core.talk.tell(ann.presence, 'bOB', 'hi')).ok, true)
    assert.deepEqual(bob.ear.heard, ['private-message ann Bob hi'])
    assert.deepEqual(cas.ear.heard, [])
  })

  it('knows no user who is neither here nor registered, and no name outside the grammar', async () => {
    const community = new MemoryCommunity()
    const ann = await community.join('ann')
    community.leave(await community.join('bob'))
    for (const to of ['bob', '', 'b b', 'server'])
      assert.deepEqual(await community.core.talk.tell(ann.presence, to, 'hi'), { ok: false, fail: 'no-such-user' })
  })

  it('answers an unknown name before an empty text', async () => {
    const community = new MemoryCommunity()
    const ann = await community.join('ann')
    assert.deepEqual(await community.core.talk.tell(ann.presence, 'bob', ''), { ok: false, fail: 'no-such-user' })
    await community.join('bob')
    assert.deepEqual(await community.core.talk.tell(ann.presence, 'bob', ''), { ok: false, fail: 'empty-text' })
  })

  it('reaches a registered user who is away later', async () => {
    const community = new MemoryCommunity()
    await community.core.accounts.add('bob', 'secret12')
    const ann = await community.join('ann')
    assert.equal((await community.core.talk.tell(ann.presence, 'bob', 'hi')).ok, true)
    const bob = await community.join('bob', { password: 'secret12' })
    await answered()
    assert.deepEqual(bob.ear.heard, ['private-message ann bob hi'])
  })

  it('reaches a user whose account was removed while they are here', async () => {
    const community = new MemoryCommunity()
    await community.core.accounts.add('bob', 'secret12')
    const [ann, bob] = [await community.join('ann'), await community.join('bob', { password: 'secret12' })]
    await community.core.accounts.remove('bob')
    assert.equal((await community.core.talk.tell(ann.presence, 'bob', 'hi')).ok, true)
    assert.deepEqual(bob.ear.heard, ['private-message ann bob hi'])
  })

  it('says no such user of a guest who cannot hear it', async () => {
    const community = new MemoryCommunity()
    const ann = await community.join('ann')
    await community.join('mute', {}, community.ear('mute'))
    assert.deepEqual(await community.core.talk.tell(ann.presence, 'mute', 'hi'), { ok: false, fail: 'no-such-user' })
  })

  it('says no such user of a guest whose connection has just ended', async () => {
    const community = new MemoryCommunity()
    const [ann, bob] = [await community.join('ann'), await community.join('bob')]
    bob.ear.end()
    assert.deepEqual(await community.core.talk.tell(ann.presence, 'bob', 'hi'), { ok: false, fail: 'no-such-user' })
  })

  it('delivers at most once to a guest who leaves while the store is asked', async () => {
    const community = new MemoryCommunity()
    const [ann, bob] = [await community.join('ann'), await community.join('bob')]
    const telling = community.core.talk.tell(ann.presence, 'bob', 'hi')
    community.leave(bob)
    assert.deepEqual(await telling, { ok: false, fail: 'no-such-user' })
  })

  it('shares one limit with broadcasts, and what cannot be sent costs nothing', async () => {
    const community = new MemoryCommunity({ messageRate: { burst: 2, perSecond: 1 } })
    const ann = await community.join('ann')
    await community.join('bob')
    const { talk } = community.core
    await talk.tell(ann.presence, 'nobody', 'x')
    talk.broadcast(ann.presence, 'x')
    assert.equal((await talk.tell(ann.presence, 'bob', 'x')).ok, true)
    assert.deepEqual(await talk.tell(ann.presence, 'bob', 'x'), { ok: false, fail: 'too-many-messages' })
  })
})
