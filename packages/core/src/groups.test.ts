import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryCommunity } from './memory/community.ts'
import {
  allRegistered,
  create,
  forget,
  join,
  peopled,
  registered,
  signedIn,
  summary,
  unavailable,
} from './memory/groups-under-test.ts'
import { MemoryStore } from './memory/store.ts'
import { done, fail } from './result.ts'

const ample = { perPair: 10, perRecipient: 20 }

describe('a group', () => {
  it('is heard by every connection of its members but those of the sender, where there are words for it', async () => {
    const { community, groups } = peopled()
    await community.core.accounts.add('ann', 'secret12')
    const shared = { guests: false, exclusive: false, password: 'secret12' }
    const [ann, annToo] = [await community.join('ann', shared), await community.join('ann', shared)]
    const [bob, mute, outside] = [
      await community.join('bob'),
      await community.join('mute', {}, community.ear('mute')),
      await community.join('outside'),
    ]
    await create(groups, ann, 'Cats')
    for (const each of [bob, mute]) await join(groups, each, 'cats')
    const everybody = [ann, annToo, bob, mute, outside]
    forget(everybody)
    assert.deepEqual(await groups.say(ann.presence, 'CATS', 'hi\u0007'), done)
    assert.deepEqual(await groups.say(bob.presence, 'cats', 'hello'), done)
    assert.deepEqual(
      everybody.map(({ ear }) => ear.heard),
      [['group-message Cats bob hello'], ['group-message Cats bob hello'], ['group-message Cats ann hi'], [], []],
    )
  })

  it('is made by one of two who make it at once', async () => {
    const { community, groups } = peopled()
    const [ann, bob] = [await registered(community, 'ann'), await community.join('bob')]
    const both = await Promise.all([ann, bob].map(({ presence }) => groups.create(presence, 'cats', () => {})))
    assert.deepEqual(both, [done, fail('group-exists')])
    assert.deepEqual(await groups.list(), [summary('cats', 'ann', 1)])
  })

  it('is one of so many that a user may be the admin of, also when it makes several at once', async () => {
    const community = new MemoryCommunity({ groupsPerUser: 2 })
    const { groups } = community.core
    const [ann, bob] = [await registered(community, 'ann'), await community.join('bob')]
    const make = (name: string) => groups.create(ann.presence, name, () => {})
    assert.deepEqual(await Promise.all(['ants', 'bees', 'cats'].map(make)), [done, done, fail('too-many-groups')])
    assert.deepEqual(await make('Ants'), fail('group-exists'))
    await create(groups, bob, 'cats')
    await join(groups, ann, 'cats')
    community.leave(bob)
    assert.deepEqual(
      await groups.list(),
      ['ants', 'bees', 'cats'].map((name) => summary(name, 'ann', 1)),
    )
    assert.deepEqual(await make('dogs'), fail('too-many-groups'))
  })

  it('is made, entered and left at the rate of messages (X-8)', async () => {
    const community = new MemoryCommunity({ messageRate: { burst: 2, perSecond: 1 } })
    const { groups } = community.core
    const [ann, bob] = [await registered(community, 'ann'), await community.join('bob')]
    await create(groups, ann, 'cats')
    await create(groups, ann, 'dogs')
    const refused = fail('too-many-messages')
    assert.deepEqual(await groups.create(ann.presence, 'eels', () => assert.fail('it was made')), refused)
    await join(groups, bob, 'cats')
    assert.deepEqual(await groups.leave(bob.presence, 'cats', () => {}), done)
    assert.deepEqual(await groups.join(bob.presence, 'cats', () => {}), refused)
    community.clock.advance(1_000)
    await join(groups, bob, 'cats')
    assert.deepEqual(await groups.leave(bob.presence, 'cats', () => assert.fail('it was left')), refused)
    assert.deepEqual(await groups.list(), [summary('cats', 'ann', 2), summary('dogs', 'ann', 1)])
  })

  it('is entered once by a user who joins on two connections at once', async () => {
    const { community, groups } = peopled()
    await community.core.accounts.add('bob', 'secret12')
    const shared = { guests: false, exclusive: false, password: 'secret12' }
    const twice = [await community.join('bob', shared), await community.join('bob', shared)]
    await create(groups, await community.join('ann'), 'cats')
    const both = await Promise.all(twice.map(({ presence }) => groups.join(presence, 'cats', () => {})))
    assert.deepEqual(both, [done, fail('already-a-member')])
    assert.deepEqual(await groups.list(), [summary('cats', 'ann', 2)])
  })

  it('is the same after a restart for its registered members, in the order of joining, bans included', async () => {
    const store = new MemoryStore(ample)
    const before = peopled(() => store)
    const guest = await before.community.join('guest')
    await create(before.groups, guest, 'Cats')
    const [ann, bob, eve] = await allRegistered(before.community, ['ann', 'bob', 'eve'])
    for (const each of [ann, bob, eve]) await join(before.groups, each, 'cats')
    assert.deepEqual(await before.groups.kick(guest.presence, 'cats', 'eve', () => {}), done)
    await create(before.groups, guest, 'dogs')

    const after = peopled(() => store)
    assert.deepEqual(await after.groups.load(), done)
    assert.deepEqual(await after.groups.list(), [summary('Cats', 'ann', 2)])
    const [annAgain, bobAgain, eveAgain] = await signedIn(after.community, ['ann', 'bob', 'eve'])
    assert.deepEqual(await after.groups.join(eveAgain.presence, 'cats', () => {}), fail('banned'))
    assert.deepEqual(await after.groups.leave(annAgain.presence, 'cats', () => {}), fail('admin-cannot-leave'))
    assert.deepEqual(await after.groups.leave(bobAgain.presence, 'cats', () => {}), done)
  })

  it('keeps what guests decided when its first registered member makes it durable', async () => {
    const store = new MemoryStore(ample)
    const { community, groups } = peopled(() => store)
    const [admin, kicked] = [await community.join('admin'), await community.join('kicked')]
    await create(groups, admin, 'cats')
    await join(groups, kicked, 'cats')
    await groups.kick(admin.presence, 'cats', 'kicked', () => {})
    assert.deepEqual(await store.groups.list(), { ok: true, value: [] })
    await join(groups, await registered(community, 'ann'), 'cats')
    assert.deepEqual(await store.groups.list(), {
      ok: true,
      value: [{ name: 'cats', members: ['ann'], banned: ['kicked'] }],
    })
  })

  it('does not start where the store cannot be read', async () => {
    for (const part of ['removals', 'list'] as const) {
      const { groups } = peopled((store) => ({
        ...store,
        accounts: { ...store.accounts, ...(part === 'removals' && { removals: unavailable }) },
        groups: { ...store.groups, ...(part === 'list' && { list: unavailable }) },
      }))
      assert.deepEqual(await groups.load(), fail('store-unavailable'))
    }
  })

  it('stays as it was when the store cannot write', async () => {
    let broken = false
    const { community, groups } = peopled((store) => ({
      ...store,
      groups: {
        ...store.groups,
        join: (...args) => (broken ? unavailable() : store.groups.join(...args)),
        leave: (...args) => (broken ? unavailable() : store.groups.leave(...args)),
        ban: (...args) => (broken ? unavailable() : store.groups.ban(...args)),
      },
    }))
    const [ann, bob, eve] = await allRegistered(community, ['ann', 'bob', 'eve'])
    await create(groups, ann, 'cats')
    await join(groups, bob, 'cats')
    forget([ann, bob, eve])
    broken = true
    const never = () => assert.fail('there is nothing to say yes to')
    const answers = [
      await groups.create(ann.presence, 'dogs', never),
      await groups.join(eve.presence, 'cats', never),
      await groups.leave(bob.presence, 'cats', never),
      await groups.kick(ann.presence, 'cats', 'bob', never),
    ]
    assert.deepEqual(answers, Array(4).fill(fail('store-unavailable')))
    assert.deepEqual(await groups.list(), [summary('cats', 'ann', 2)])
    await groups.say(ann.presence, 'cats', 'still here?')
    assert.deepEqual(bob.ear.heard, ['group-message cats ann still here?'])
    broken = false
    await join(groups, eve, 'cats')
    assert.deepEqual(await groups.kick(ann.presence, 'cats', 'bob', () => {}), done)
  })

  it('of guests alone needs no store', async () => {
    const { community, groups } = peopled((store) => ({
      ...store,
      groups: { ...store.groups, join: unavailable, leave: unavailable, ban: unavailable },
    }))
    const [ann, bob] = [await community.join('ann'), await community.join('bob')]
    await create(groups, ann, 'cats')
    await join(groups, bob, 'cats')
    assert.deepEqual(await groups.leave(bob.presence, 'cats', () => {}), done)
    await join(groups, bob, 'cats')
    assert.deepEqual(await groups.kick(ann.presence, 'cats', 'bob', () => {}), done)
  })
})
