import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named, said } from '../testing/names.ts'
import { TestCommunity } from '../testing/test-community.ts'
import { auditedAtMost } from './moderation-state.ts'
import { parseSubject, type Subject } from './sanctions.ts'

const by = 'root'
const hour = 3_600

function subject(kind: string, text: string): Subject {
  const parsed = parseSubject(kind, text)
  assert.ok(parsed.ok)
  return parsed.value
}

function sanction(t: TestCommunity, measure: 'ban' | 'mute', on: Subject, seconds: number | null = null): string {
  return t.why({ do: 'sanction.put', measure, subject: on, reason: 'spam', seconds, by })
}

describe('a ban', () => {
  it('ends who is here under the name and keeps the name out, whatever its case, guest or registered', () => {
    const t = new TestCommunity()
    const [ann, bob] = [t.enter('Ann'), t.enter('bob')]
    for (const each of [ann, bob]) each.events()
    assert.equal(sanction(t, 'ban', subject('name', 'aNN')), 'ok')
    assert.deepEqual([ann.heard(), bob.heard()], [['ended banned'], ['user-left Ann']])
    assert.equal(t.mayEnter('ANN'), 'banned')
    t.register('ann')
    assert.equal(t.mayEnter('ann', { version: t.versionOf('ann') }), 'banned')
    assert.equal(t.mayEnter('carol'), 'ok')
  })

  it('of an account is about its holder, and goes with the account', () => {
    const t = new TestCommunity()
    const ann = t.enterRegistered('ann')
    assert.equal(sanction(t, 'ban', subject('account', 'ann')), 'ok')
    assert.deepEqual(ann.heard(), ['ended banned'])
    assert.equal(t.mayEnter('ann', { version: t.versionOf('ann') }), 'banned')
    t.do({ do: 'account.remove', name: named('ann') })
    assert.deepEqual(t.community.moderation.sanctions(t.now), [])
    assert.equal(t.mayEnter('ann'), 'ok')
  })

  it('of a network is about whoever comes from it, under any name', () => {
    const t = new TestCommunity()
    const [near, far] = [t.enter('near', { address: '192.0.2.7' }), t.enter('far', { address: '198.51.100.7' })]
    assert.equal(sanction(t, 'ban', subject('address', '192.0.2.0/24')), 'ok')
    assert.ok(near.heard().includes('ended banned'))
    assert.ok(!far.heard().includes('ended banned'))
    assert.equal(t.mayEnter('other', { address: '192.0.2.255' }), 'banned')
    assert.equal(t.mayEnter('other', { address: '192.0.3.1' }), 'ok')
  })

  it('ends by the time of the log, and where it is taken back', () => {
    const t = new TestCommunity()
    sanction(t, 'ban', subject('name', 'ann'), hour)
    sanction(t, 'ban', subject('name', 'bob'))
    t.pass(hour * 1_000 - 1)
    assert.equal(t.mayEnter('ann'), 'banned')
    t.pass(1)
    assert.deepEqual([t.mayEnter('ann'), t.mayEnter('bob')], ['ok', 'banned'])
    const removal = { do: 'sanction.remove', measure: 'ban', subject: subject('name', 'BOB'), by } as const
    assert.deepEqual([t.why(removal), t.why(removal), t.mayEnter('bob')], ['ok', 'no-such-sanction', 'ok'])
  })

  it('outlives the process, with its reason, its end and who made it', () => {
    const t = new TestCommunity()
    sanction(t, 'ban', subject('address', '2001:DB8::/32'), hour)
    t.do({ do: 'slow.set', rate: { messages: 1, seconds: 10 }, by })
    t.do({ do: 'level.set', level: 'no-guests', by })
    const later = new TestCommunity({}, t.store)
    assert.deepEqual(later.community.moderation.save(), t.community.moderation.save())
    const [ban] = later.community.moderation.sanctions(t.now)
    const wanted = { reason: 'spam', by, at: t.now, until: t.now + hour * 1_000 }
    assert.deepEqual(ban, { measure: 'ban', subject: { kind: 'address', value: '2001:db8::/32' }, ...wanted })
  })

  it('is not made where the store takes nothing', () => {
    const t = new TestCommunity()
    const ann = t.enter('ann')
    t.writable = false
    assert.equal(sanction(t, 'ban', subject('name', 'ann')), 'unavailable')
    assert.deepEqual(ann.heard(), [])
  })
})

describe('whoever is muted', () => {
  it('hears everything and is heard by nobody', () => {
    const t = new TestCommunity()
    const [ann, bob] = [t.enter('ann'), t.enter('bob')]
    ann.events()
    sanction(t, 'mute', subject('name', 'ann'), hour)
    assert.equal(ann.why({ do: 'broadcast', text: said('hi') }), 'muted')
    assert.equal(ann.why({ do: 'tell', to: bob.name, text: said('hi') }), 'muted')
    bob.do({ do: 'broadcast', text: said('hello') })
    assert.deepEqual([ann.heard(), bob.heard()], [['broadcast bob hello'], []])
    t.pass(hour * 1_000)
    assert.equal(ann.why({ do: 'broadcast', text: said('hi') }), 'ok')
  })
})

describe('a level', () => {
  it('keeps guests silent, or out, and leaves the registered alone', () => {
    const t = new TestCommunity()
    const [guest, holder] = [t.enter('guest'), t.enterRegistered('holder')]
    const say = { do: 'broadcast', text: said('hi') } as const
    t.do({ do: 'level.set', level: 'guests-silent', by })
    assert.deepEqual([guest.why(say), holder.why(say), t.mayEnter('other')], ['muted', 'ok', 'ok'])
    t.do({ do: 'level.set', level: 'no-guests', by })
    assert.deepEqual([guest.why(say), t.mayEnter('third')], ['muted', 'no-guests'])
    holder.leave()
    assert.equal(t.mayEnter('holder', { version: t.versionOf('holder') }), 'ok')
    t.do({ do: 'level.set', level: 'open', by })
    assert.deepEqual([guest.why(say), t.mayEnter('third')], ['ok', 'ok'])
  })
})

describe('an operator', () => {
  it('puts every connection of a user out, who may come again', () => {
    const t = new TestCommunity()
    const ann = t.enter('ann')
    assert.equal(t.why({ do: 'user.kick', name: named('ANN'), reason: 'pause', by }), 'ok')
    assert.deepEqual([ann.heard(), t.mayEnter('ann')], [['ended removed'], 'ok'])
    assert.equal(t.why({ do: 'user.kick', name: named('nobody'), reason: '', by }), 'no-such-user')
  })

  it('is heard by everybody under a name that nobody can have', () => {
    const t = new TestCommunity()
    const ann = t.enter('ann')
    assert.equal(t.why({ do: 'announce', text: said('restart at ten'), by }), 'ok')
    assert.deepEqual(ann.heard(), ['broadcast Server restart at ten'])
  })

  it('leaves a trace of the newest actions, without what was said', () => {
    const t = new TestCommunity()
    t.do({ do: 'announce', text: said('secret'), by: 'eve' })
    sanction(t, 'ban', subject('name', 'ann'), 60)
    const trace = t.community.moderation.audit.map((each) => [each.by, each.action, each.subject, each.detail])
    assert.deepEqual(trace, [
      ['eve', 'broadcast', '', ''],
      [by, 'ban', 'name ann', '60 s: spam'],
    ])
    for (let count = 0; count < auditedAtMost; count++) t.do({ do: 'level.set', level: 'open', by })
    const { audit } = t.store.state.moderation
    assert.deepEqual([audit.length, audit[0]?.action], [auditedAtMost, 'level'])
    assert.deepEqual(audit, t.community.moderation.audit)
  })
})
