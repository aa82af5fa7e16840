import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answered } from './memory/community.ts'
import {
  allRegistered,
  create,
  forget,
  join,
  peopled,
  peopledOver,
  registered,
  slowDisk,
  summary,
  unbound,
  unavailable,
} from './memory/groups-under-test.ts'
import { MemoryStore } from './memory/store.ts'
import { done, fail } from './result.ts'

const ample = { perPair: 10, perRecipient: 20 }

describe('a change of a group', () => {
  it('is durable before anybody hears of it', async () => {
    const disk = slowDisk()
    const { community, groups } = peopled(disk.wrap)
    const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
    disk.hold()
    const heard: string[] = []
    const creating = groups.create(ann.presence, 'cats', (name) => heard.push(`created ${name}`))
    await answered()
    assert.deepEqual([heard, await groups.list()], [[], []])
    disk.release()
    assert.deepEqual(await creating, done)
    disk.hold()
    const joining = groups.join(bob.presence, 'cats', (name) => heard.push(`joined ${name}`))
    await answered()
    assert.deepEqual(await groups.say(bob.presence, 'cats', 'hi'), fail('not-a-member'))
    disk.release()
    assert.deepEqual(await joining, done)
    assert.deepEqual(heard, ['created cats', 'joined cats'])
  })

  it('lets the kicked user write until the ban is durable, and not a moment longer', async () => {
    const disk = slowDisk()
    const { community, groups } = peopled(disk.wrap)
    const [ann, bob, cas] = await allRegistered(community, ['ann', 'bob', 'cas'])
    await create(groups, ann, 'cats')
    for (const each of [bob, cas]) await join(groups, each, 'cats')
    forget([ann, bob, cas])
    disk.hold()
    const kicking = groups.kick(ann.presence, 'cats', 'bob', (group, target) => {
      ann.ear.heard.push(`yes, ${target} is out of ${group}`)
      assert.deepEqual(bob.ear.heard, [], 'the kicked one is told last')
    })
    await answered()
    assert.deepEqual(await groups.say(bob.presence, 'cats', 'one'), done)
    const leaving = groups.leave(bob.presence, 'cats', () => {})
    disk.release()
    assert.deepEqual([await kicking, await leaving], [done, fail('not-a-member')])
    assert.deepEqual(await groups.say(bob.presence, 'cats', 'two'), fail('not-a-member'))
    assert.deepEqual(ann.ear.heard, [
      'group-message cats bob one',
      'group-member-kicked cats bob',
      'yes, bob is out of cats',
    ])
    assert.deepEqual(cas.ear.heard, ['group-message cats bob one', 'group-member-kicked cats bob'])
    assert.deepEqual(bob.ear.heard, ['kicked-from-group cats'])
  })

  it('waits for the one before it: of a kick and a join at once, the join finds the ban', async () => {
    const disk = slowDisk()
    const { community, groups } = peopled(disk.wrap)
    const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
    await create(groups, ann, 'cats')
    await join(groups, bob, 'cats')
    disk.hold()
    const both = Promise.all([
      groups.kick(ann.presence, 'cats', 'bob', () => {}),
      groups.join(bob.presence, 'cats', () => {}),
    ])
    disk.release()
    assert.deepEqual(await both, [done, fail('banned')])
  })

  it('leaves no member behind when a guest goes while its turn has not come', async () => {
    const disk = slowDisk()
    const { community, groups } = peopled(disk.wrap)
    const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
    await create(groups, ann, 'cats')
    disk.hold()
    const joining = groups.join(bob.presence, 'cats', () => {})
    const guest = await community.join('guest')
    const nobody = () => assert.fail('nobody is there')
    const tooLate = Promise.all([
      groups.join(guest.presence, 'cats', nobody),
      groups.leave(guest.presence, 'cats', nobody),
    ])
    await answered()
    community.leave(guest)
    disk.release()
    assert.deepEqual([await joining, ...(await tooLate)], [done, fail('gone'), fail('gone')])
    assert.deepEqual(await groups.list(), [summary('cats', 'ann', 2)])
  })

  it('makes the one who joins the admin when all others, guests, go while it is written', async () => {
    const disk = slowDisk()
    const { community, groups } = peopled(disk.wrap)
    const guest = await community.join('guest')
    await create(groups, guest, 'cats')
    const bob = await registered(community, 'bob')
    forget([bob])
    disk.hold()
    const joining = groups.join(bob.presence, 'cats', () => bob.ear.heard.push('yes'))
    await answered()
    community.leave(guest)
    disk.release()
    assert.deepEqual(await joining, done)
    assert.deepEqual(bob.ear.heard, ['user-left guest', 'yes', 'group-inherited cats'])
    assert.deepEqual(await groups.list(), [summary('cats', 'bob', 1)])
  })

  it('is completed for a registered user whose connection ended meanwhile', async () => {
    const disk = slowDisk()
    const { community, groups } = peopled(disk.wrap)
    const ann = await registered(community, 'ann')
    disk.hold()
    const creating = groups.create(ann.presence, 'cats', () => {})
    await answered()
    community.leave(ann)
    disk.release()
    assert.deepEqual(await creating, done)
    assert.deepEqual(await groups.list(), [summary('cats', 'ann', 1)])
  })

  it('passes the group on when the guest who kicks goes while the ban is written', async () => {
    const disk = slowDisk()
    const { community, groups } = peopled(disk.wrap)
    const guest = await community.join('guest')
    await create(groups, guest, 'cats')
    const [bob, cas] = await allRegistered(community, ['bob', 'cas'])
    for (const each of [bob, cas]) await join(groups, each, 'cats')
    disk.hold()
    const kicking = groups.kick(guest.presence, 'cats', 'bob', () => {})
    await answered()
    community.leave(guest)
    disk.release()
    assert.deepEqual(await kicking, done)
    assert.deepEqual(await groups.list(), [summary('cats', 'cas', 1)])
    assert.deepEqual(cas.ear.heard.slice(-2), ['group-inherited cats', 'group-member-kicked cats bob'])
  })
})

describe('an account that is removed', () => {
  it('takes its memberships with it: the longest-standing member inherits the group and is told', async () => {
    const { community, groups, store } = peopledOver(new MemoryStore(ample))
    const [ann, bob, cas] = await allRegistered(community, ['ann', 'bob', 'cas'])
    const guest = await community.join('guest')
    await create(groups, ann, 'cats')
    for (const each of [bob, guest, cas]) await join(groups, each, 'cats')
    forget([guest, cas])
    for (const name of ['ann', 'bob']) await store.accounts.remove(name as never)
    assert.deepEqual(await groups.kick(guest.presence, 'cats', 'cas', () => {}), done)
    assert.deepEqual(guest.ear.heard, ['group-inherited cats', 'group-member-kicked cats cas'])
    assert.deepEqual(await groups.say(ann.presence, 'cats', 'hi'), fail('not-a-member'))
  })

  it('leaves no group behind that nobody is in', async () => {
    const { community, groups, store } = peopledOver(new MemoryStore(ample))
    const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
    await create(groups, ann, 'cats')
    community.leave(ann)
    await store.accounts.remove('ann' as never)
    await create(groups, bob, 'CATS')
    assert.deepEqual(await groups.list(), [summary('CATS', 'bob', 1)])
  })

  for (const successor of ['guest', 'account'] as const)
    it(`leaves nothing to the next ${successor} of its name, who hears nothing either`, async () => {
      const store = new MemoryStore(ample)
      const { community, groups } = peopled(() => ({
        ...unbound(store),
        groups: { ...store.groups, find: (key) => answered().then(() => store.groups.find(key)) },
      }))
      const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
      await create(groups, bob, 'cats')
      await join(groups, ann, 'cats')
      community.leave(ann)
      await store.accounts.remove('ann' as never)
      const other = successor === 'guest' ? await community.join('ann') : await registered(community, 'ann')
      assert.deepEqual(await groups.say(bob.presence, 'cats', 'secret'), done)
      assert.deepEqual(await groups.say(other.presence, 'cats', 'hi'), fail('not-a-member'))
      assert.deepEqual(other.ear.heard, [])
      assert.deepEqual(await groups.list(), [summary('cats', 'bob', 1)])
    })

  it('passes nothing on to a guest of its name, but to the next member as soon as that is found out', async () => {
    const { community, groups, store } = peopledOver(new MemoryStore(ample))
    const admin = await community.join('admin')
    await create(groups, admin, 'cats')
    const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
    for (const each of [ann, bob]) await join(groups, each, 'cats')
    community.leave(ann)
    await store.accounts.remove('ann' as never)
    const guest = await community.join('ann')
    forget([bob])
    community.leave(admin)
    assert.deepEqual([guest.ear.heard, bob.ear.heard], [['user-left admin'], ['user-left admin']])
    assert.deepEqual(await groups.list(), [summary('cats', 'bob', 1)])
    assert.deepEqual([guest.ear.heard.length, bob.ear.heard.at(-1)], [1, 'group-inherited cats'])
  })

  it('makes its user a guest in the groups that it enters while still here', async () => {
    const { community, groups, store } = peopledOver(new MemoryStore(ample))
    const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
    await store.accounts.remove('ann' as never)
    await create(groups, ann, 'cats')
    await join(groups, bob, 'cats')
    community.leave(ann)
    assert.deepEqual(await groups.list(), [summary('cats', 'bob', 1)])
    assert.equal(bob.ear.heard.at(-1), 'group-inherited cats')
  })

  it('leaves no member behind whose connection ends while that is found out', async () => {
    const disk = slowDisk()
    const store = new MemoryStore(ample)
    const { community, groups } = peopled(() => disk.wrap(unbound(store)))
    const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
    await create(groups, ann, 'cats')
    disk.hold()
    const joining = groups.join(bob.presence, 'cats', () => assert.fail('nobody is there'))
    await answered()
    await store.accounts.remove('bob' as never)
    community.leave(bob)
    disk.release()
    assert.deepEqual(await joining, fail('gone'))
    assert.deepEqual(await groups.list(), [summary('cats', 'ann', 1)])
  })

  it('and is added anew makes memberships durable again', async () => {
    const { community, groups, store } = peopledOver(new MemoryStore(ample))
    const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
    await create(groups, ann, 'cats')
    await store.accounts.remove('bob' as never)
    await join(groups, bob, 'cats')
    await groups.leave(bob.presence, 'cats', () => {})
    await community.core.accounts.add('bob', 'secret34')
    await join(groups, bob, 'cats')
    community.leave(bob)
    assert.deepEqual(await groups.list(), [summary('cats', 'ann', 2)])
  })

  it('is found out about later when the store cannot be read at once', async () => {
    let broken = false
    const memory = new MemoryStore(ample)
    const { community, groups } = peopled(() => ({
      ...unbound(memory),
      groups: { ...memory.groups, find: (key) => (broken ? unavailable() : memory.groups.find(key)) },
    }))
    const [ann, bob] = await allRegistered(community, ['ann', 'bob'])
    await create(groups, ann, 'cats')
    await join(groups, bob, 'cats')
    await memory.accounts.remove('ann' as never)
    broken = true
    assert.deepEqual(await groups.list(), [summary('cats', 'ann', 2)])
    broken = false
    assert.deepEqual(await groups.list(), [summary('cats', 'bob', 1)])
  })
})
