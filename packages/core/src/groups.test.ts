import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { groupNamed, named, said } from '../testing/names.ts'
import { forget, TestCommunity, type TestUser } from '../testing/test-community.ts'

const create = (by: TestUser, group = 'cats') => by.why({ do: 'group.create', group: groupNamed(group) })
const join = (by: TestUser, group = 'cats') => by.why({ do: 'group.join', group: groupNamed(group) })
const leave = (by: TestUser, group = 'cats') => by.why({ do: 'group.leave', group: groupNamed(group) })
const say = (by: TestUser, text = 'hi', group = 'cats') =>
  by.why({ do: 'group.say', group: groupNamed(group), text: said(text) })
const kick = (by: TestUser, user: string, group = 'cats') =>
  by.why({ do: 'group.kick', group: groupNamed(group), user: named(user) })

/** `cats ann 2`: name, admin, members. */
function listed(t: TestCommunity): string[] {
  return t.community.groups.list().map(({ name, admin, members }) => `${name} ${admin} ${members}`)
}

/** A group of these, the first its admin. What they heard of it is forgotten. */
function group(...members: readonly TestUser[]): void {
  for (const [index, member] of members.entries()) assert.equal(index === 0 ? create(member) : join(member), 'ok')
  forget(...members)
}

describe('a group', () => {
  it('is heard by every connection of its members but those of the sender', () => {
    const t = new TestCommunity()
    const [ann, annToo] = [t.enterRegistered('ann'), t.enterRegistered('ann', { exclusive: false })]
    const [bob, outside] = [t.enter('bob'), t.enter('outside')]
    assert.deepEqual(ann.do({ do: 'group.create', group: groupNamed('Cats') }), { ok: true, value: 'Cats' })
    assert.deepEqual(bob.do({ do: 'group.join', group: groupNamed('cats') }), { ok: true, value: 'Cats' })
    forget(ann, annToo, bob, outside)
    assert.deepEqual([say(ann, 'hi', 'CATS'), say(bob, 'hello')], ['ok', 'ok'])
    assert.deepEqual(
      [ann, annToo, bob, outside].map((each) => each.heard()),
      [['group-message Cats bob hello'], ['group-message Cats bob hello'], ['group-message Cats ann hi'], []],
    )
  })

  it('is one of so many that a user may be the admin of', () => {
    const t = new TestCommunity({ groupsPerUser: 2 })
    const [ann, bob] = [t.enterRegistered('ann'), t.enter('bob')]
    assert.deepEqual(
      ['ants', 'bees', 'cats', 'Ants'].map((name) => create(ann, name)),
      ['ok', 'ok', 'too-many-groups', 'group-exists'],
    )
    assert.deepEqual([create(bob), join(ann)], ['ok', 'ok'])
    bob.leave()
    assert.deepEqual([listed(t), create(ann, 'dogs')], [['ants ann 1', 'bees ann 1', 'cats ann 1'], 'too-many-groups'])
  })

  it('belongs to a user and not to a connection', () => {
    const t = new TestCommunity()
    const [one, two] = [t.enterRegistered('bob'), t.enterRegistered('bob', { exclusive: false })]
    create(t.enter('ann'))
    assert.deepEqual([join(one), join(two), listed(t)], ['ok', 'already-a-member', ['cats ann 2']])
    one.leave()
    assert.equal(say(two), 'ok')
  })

  it('refuses a change for the first reason that holds', () => {
    const t = new TestCommunity()
    const [ann, bob, cas, eve] = [t.enterRegistered('ann'), t.enter('bob'), t.enter('cas'), t.enter('eve')]
    group(ann, bob, cas)
    const gone = t.enter('gone')
    gone.leave()
    const cases: readonly (readonly [string, string])[] = [
      [create(bob, 'CATS'), 'group-exists'],
      [join(bob), 'already-a-member'],
      [join(bob, 'dogs'), 'no-such-group'],
      [leave(ann), 'admin-cannot-leave'],
      [leave(eve), 'not-a-member'],
      [leave(eve, 'dogs'), 'no-such-group'],
      [say(eve), 'not-a-member'],
      [say(eve, 'hi', 'dogs'), 'no-such-group'],
      [kick(ann, 'bob', 'dogs'), 'no-such-group'],
      [kick(bob, 'nobody'), 'not-the-admin'],
      [kick(ann, 'ANN'), 'yourself'],
      [kick(ann, 'eve'), 'target-not-a-member'],
      [create(gone, 'new'), 'gone'],
      [join(gone), 'gone'],
      [leave(gone), 'gone'],
      [say(gone), 'gone'],
      [kick(gone, 'bob'), 'gone'],
    ]
    for (const [index, [got, wanted]] of cases.entries()) assert.equal(got, wanted, `case ${index}`)
    assert.deepEqual([listed(t), cas.heard()], [['cats ann 3'], ['user-joined gone', 'user-left gone']])
  })

  it('loses whoever is kicked, tells those who stay and then the one who goes, and does not take that name again', () => {
    const t = new TestCommunity()
    const ann = t.enterRegistered('ann', { exclusive: false })
    const [annToo, bob, cas] = [t.enterRegistered('ann'), t.enterRegistered('Bob'), t.enter('cas')]
    group(ann, bob, cas)
    forget(annToo)
    const kicked = ann.do({ do: 'group.kick', group: groupNamed('CATS'), user: named('bOB') })
    assert.deepEqual(kicked, { ok: true, value: { group: 'cats', user: 'Bob' } })
    assert.deepEqual(
      t.last?.events.map(({ event }) => event.kind),
      ['group-member-kicked', 'kicked-from-group'],
    )
    assert.deepEqual([ann.heard(), annToo.heard()], [[], ['group-member-kicked cats Bob']], 'the result says it')
    assert.deepEqual([bob.heard(), cas.heard()], [['kicked-from-group cats'], ['group-member-kicked cats Bob']])
    assert.deepEqual([say(bob), join(bob), listed(t)], ['not-a-member', 'banned', ['cats ann 2']])
    t.do({ do: 'account.remove', name: named('bob') })
    assert.equal(join(t.enter('BOB')), 'banned')
  })

  it('disappears with its last member, bans and all', () => {
    const t = new TestCommunity()
    const [ann, bob] = [t.enter('ann'), t.enter('bob')]
    group(ann, bob)
    kick(ann, 'bob')
    ann.leave()
    assert.deepEqual([listed(t), create(bob), listed(t)], [[], 'ok', ['cats bob 1']])
  })

  it('passes to the longest-standing member when its admin goes, who is told (H-7)', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [t.enter('ann'), t.enter('bob'), t.enterRegistered('cas')]
    group(ann, bob, cas)
    ann.leave()
    assert.deepEqual([bob.heard(), cas.heard()], [['user-left ann', 'group-inherited cats'], ['user-left ann']])
    bob.leave()
    cas.leave()
    assert.deepEqual([cas.heard(), listed(t)], [['user-left bob', 'group-inherited cats'], ['cats cas 1']])
  })

  it('is handed on by its admin to another member, who is told, and may be left then', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [t.enterRegistered('ann'), t.enterRegistered('bob'), t.enter('cas')]
    group(ann, bob, cas)
    const handOn = (by: TestUser, user: string) =>
      by.why({ do: 'group.hand-on', group: groupNamed('cats'), user: named(user) })
    assert.deepEqual(
      [handOn(bob, 'ann'), handOn(ann, 'ANN'), handOn(ann, 'nobody'), leave(ann)],
      ['not-the-admin', 'yourself', 'target-not-a-member', 'admin-cannot-leave'],
    )
    assert.equal(handOn(ann, 'BOB'), 'ok')
    assert.deepEqual([bob.heard(), cas.heard(), listed(t)], [['group-inherited cats'], [], ['cats bob 3']])
    const restarted = new TestCommunity({}, t.store)
    assert.deepEqual(listed(restarted), ['cats bob 2'])
    assert.deepEqual([leave(ann), handOn(bob, 'cas'), listed(t)], ['ok', 'ok', ['cats cas 2']])
  })

  it('tells the devices of its members who joins, who goes and whose it is', () => {
    const t = new TestCommunity()
    const device = (name: string) => t.enterRegistered(name, { exclusive: false, devices: true })
    const [ann, annToo, bob] = [device('ann'), device('ann'), device('bob')]
    group(ann)
    forget(ann, annToo, bob)
    join(bob)
    assert.deepEqual(
      [ann, annToo, bob].map((each) => each.heard()),
      [['group-member-joined cats bob'], ['group-member-joined cats bob'], []],
    )
    ann.why({ do: 'group.hand-on', group: groupNamed('cats'), user: named('bob') })
    leave(ann)
    assert.deepEqual(annToo.heard(), ['group-admin-changed cats bob', 'group-member-left cats ann'])
    assert.deepEqual(bob.heard(), [
      'group-inherited cats',
      'group-admin-changed cats bob',
      'group-member-left cats ann',
    ])
  })

  it('carries sealed messages to the devices of its members alone, and keeps them', () => {
    const t = new TestCommunity()
    const device = (name: string) => t.enterRegistered(name, { exclusive: false, devices: true })
    const [ann, annToo, bob, plain, outside] = [
      device('ann'),
      device('ann'),
      device('bob'),
      t.enter('plain'),
      device('x'),
    ]
    group(ann, bob, plain)
    forget(ann, annToo, bob, plain, outside)
    const seal = (by: TestUser, message: string) =>
      by.do({ do: 'group.seal', group: groupNamed('cats'), message, toAll: false, nonce: 'n' })
    assert.deepEqual(seal(ann, 'M'), { ok: true, value: { group: 'cats', kept: true, unreached: ['plain'] } })
    const heard = ['sealed-group-message cats ann M']
    assert.deepEqual(
      [ann, annToo, bob, plain, outside].map((each) => each.heard()),
      [[], heard, heard, [], []],
    )
    assert.deepEqual(
      [seal(outside, 'M'), seal(ann, '')],
      [
        { ok: false, fail: 'not-a-member' },
        { ok: false, fail: 'empty-text' },
      ],
    )
  })

  it('tells a sealed message to all members who are here or to none, where that is asked for', () => {
    const t = new TestCommunity()
    const [ann, bob, away] = [
      t.enterRegistered('ann', { exclusive: false, devices: true }),
      t.enterRegistered('bob'),
      t.enterRegistered('away'),
    ]
    group(ann, bob, away)
    away.leave()
    forget(ann, bob)
    const seal = () => ann.do({ do: 'group.seal', group: groupNamed('cats'), message: 'M', toAll: true, nonce: null })
    assert.deepEqual(seal(), { ok: false, fail: 'members-unreached' })
    assert.deepEqual(t.community.groups.unreached(groupNamed('cats')), ['bob'])
    const device = t.enterRegistered('bob', { exclusive: false, devices: true })
    assert.deepEqual(seal(), { ok: true, value: { group: 'cats', kept: true, unreached: [] } })
    assert.deepEqual([device.heard(), bob.heard()], [['sealed-group-message cats ann M'], []])
  })

  it('keeps registered members who are away and guests as long as one connection of theirs is here', () => {
    const t = new TestCommunity()
    const [ann, bob, guest] = [t.enterRegistered('ann'), t.enterRegistered('bob'), t.enter('guest')]
    group(ann, bob, guest)
    for (const each of [bob, guest]) each.leave()
    assert.deepEqual(listed(t), ['cats ann 2'])
    const back = t.enterRegistered('bob')
    say(ann)
    assert.deepEqual(back.heard(), ['group-message cats ann hi'])
  })
})

describe('what a store remembers of groups', () => {
  it('is the same after a restart: registered members in the order of joining, and bans', () => {
    const t = new TestCommunity()
    const guest = t.enter('guest')
    const [ann, bob, eve] = [t.enterRegistered('ann'), t.enterRegistered('bob'), t.enterRegistered('eve')]
    create(guest, 'Cats')
    for (const each of [ann, bob, eve]) join(each)
    kick(guest, 'eve')
    create(guest, 'dogs')
    const again = new TestCommunity({}, t.store)
    assert.deepEqual(listed(again), ['Cats ann 2'])
    const [annAgain, bobAgain, eveAgain] = ['ann', 'bob', 'eve'].map((name) => again.enterRegistered(name))
    assert.deepEqual([join(eveAgain!), leave(annAgain!), leave(bobAgain!)], ['banned', 'admin-cannot-leave', 'ok'])
  })

  it('holds what guests decided when the first registered member joins, and nothing before', () => {
    const t = new TestCommunity()
    const [admin, kicked] = [t.enter('admin'), t.enter('kicked')]
    group(admin, kicked)
    kick(admin, 'kicked')
    assert.deepEqual([t.store.state.groups, t.last?.durable], [[], false])
    join(t.enterRegistered('ann'))
    assert.deepEqual(t.store.state.groups, [{ name: 'cats', members: ['ann'], banned: ['kicked'] }])
    assert.equal(t.last?.durable, true)
  })

  it('is forgotten when the last registered member goes, also while guests stay', () => {
    const t = new TestCommunity()
    const [guest, ann] = [t.enter('guest'), t.enterRegistered('ann')]
    group(guest, ann)
    assert.equal(leave(ann), 'ok')
    assert.deepEqual([t.store.state.groups, listed(t)], [[], ['cats guest 1']])
    assert.equal(join(ann), 'ok')
    assert.deepEqual(t.store.state.groups, [{ name: 'cats', members: ['ann'], banned: [] }])
  })

  it('has groups in the order in which they are listed here', () => {
    const t = new TestCommunity()
    const [guest, ann] = [t.enter('guest'), t.enterRegistered('ann')]
    create(guest, 'ants')
    create(ann, 'bees')
    join(ann, 'ants')
    const names = t.community.groups.list().map(({ name }) => name)
    const again = new TestCommunity({}, t.store)
    assert.deepEqual(
      again.community.groups.list().map(({ name }) => name),
      names,
    )
  })

  const withRegistered = ['ann', 'bob', 'eve'] as const
  it('stays as it is while the store takes nothing, and guests go on among themselves', () => {
    const t = new TestCommunity()
    const [ann, bob, eve] = withRegistered.map((name) => t.enterRegistered(name))
    const [one, two] = [t.enter('one'), t.enter('two')]
    group(ann!, bob!)
    forget(eve!)
    t.writable = false
    const refused = [create(ann!, 'dogs'), join(eve!), leave(bob!), kick(ann!, 'bob')]
    assert.deepEqual(refused, Array(4).fill('unavailable'))
    assert.deepEqual(listed(t), ['cats ann 2'])
    assert.deepEqual([say(ann!), bob!.heard()], ['ok', ['group-message cats ann hi']])
    const free = [
      create(one, 'dogs'),
      join(two, 'dogs'),
      leave(two, 'dogs'),
      join(two, 'dogs'),
      kick(one, 'two', 'dogs'),
    ]
    assert.deepEqual(free, Array(5).fill('ok'))
    t.writable = true
    assert.deepEqual([join(eve!), kick(ann!, 'bob')], ['ok', 'ok'])
  })
})

describe('an account that is removed', () => {
  it('takes its memberships with it: the longest-standing member inherits the group and is told', () => {
    const t = new TestCommunity()
    const [ann, bob, guest, cas] = [
      t.enterRegistered('ann'),
      t.enterRegistered('bob'),
      t.enter('guest'),
      t.enterRegistered('cas'),
    ]
    group(ann, bob, guest, cas)
    for (const name of ['bob', 'ann']) t.do({ do: 'account.remove', name: named(name) })
    assert.deepEqual(guest.heard(), ['user-left bob', 'user-left ann', 'group-inherited cats'])
    assert.deepEqual([kick(guest, 'cas'), listed(t)], ['ok', ['cats guest 1']])
  })

  it('leaves no group behind that nobody is in', () => {
    const t = new TestCommunity()
    const ann = t.enterRegistered('ann')
    group(ann)
    ann.leave()
    t.do({ do: 'account.remove', name: named('ann') })
    assert.deepEqual([create(t.enterRegistered('bob'), 'CATS'), listed(t)], ['ok', ['CATS bob 1']])
  })

  for (const successor of ['enter', 'enterRegistered'] as const) {
    it(`leaves nothing to the next of its name by ${successor}, who hears nothing either`, () => {
      const t = new TestCommunity()
      const [bob, ann] = [t.enterRegistered('bob'), t.enterRegistered('ann')]
      group(bob, ann)
      t.do({ do: 'account.remove', name: named('ann') })
      const other = t[successor]('ann')
      assert.deepEqual([say(bob, 'secret'), say(other)], ['ok', 'not-a-member'])
      assert.deepEqual([other.heard(), listed(t)], [[], ['cats bob 1']])
    })
  }
})

describe('a group after the store lost the latest writes', () => {
  it('is as the store has it, with its guests where they stood', () => {
    const t = new TestCommunity()
    const [one, ann, two, bob] = [t.enter('one'), t.enterRegistered('ann'), t.enter('two'), t.enterRegistered('bob')]
    group(one, ann, two, bob)
    const cas = t.enterRegistered('cas')
    const state = t.store.state
    kick(one, 'bob')
    join(cas)
    forget(one, ann, two, bob)
    t.do({ do: 'store.reset', state })
    const [saved] = t.community.groups.save()
    assert.deepEqual(
      saved?.members.map(({ name }) => name),
      ['one', 'ann', 'two', 'bob'],
    )
    assert.deepEqual([saved?.banned, one.heard(), say(ann)], [[], [], 'ok'])
  })

  it('that was never on disk belongs to the guests who joined it, and its new admin is told', () => {
    const t = new TestCommunity()
    const [ann, guest] = [t.enterRegistered('ann'), t.enter('guest')]
    const state = t.store.state
    group(ann, guest)
    create(ann, 'dogs')
    t.do({ do: 'store.reset', state })
    assert.deepEqual([guest.heard(), listed(t), say(ann)], [['group-inherited cats'], ['cats guest 1'], 'not-a-member'])
  })
})
