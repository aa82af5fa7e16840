import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fail, type Presence, type Store } from '@parley/core'
import { MemoryCommunity } from '@parley/core/memory'
import { HeloGroups } from './groups.ts'

const refused = async () => fail('store-unavailable')

describe('helo groups', () => {
  it('say softly that a group could not be stored, and nothing else (H-3)', async () => {
    let broken = false
    const { groups, heard, ann, bob } = await world((store) => ({
      accounts: store.accounts,
      mailboxes: store.mailboxes,
      groups: {
        ...store.groups,
        join: (...asked) => (broken ? refused() : store.groups.join(...asked)),
        leave: (...asked) => (broken ? refused() : store.groups.leave(...asked)),
        ban: (...asked) => (broken ? refused() : store.groups.ban(...asked)),
      },
      close: () => store.close(),
    }))
    await groups.create(ann, 'cats')
    await groups.join(bob, 'cats')
    await groups.create(ann, 'dogs')
    heard.length = 0
    broken = true
    await groups.create(ann, 'ants')
    await groups.join(bob, 'dogs')
    await groups.leave(bob, 'cats')
    await groups.kick(ann, 'cats bob')
    assert.deepEqual(heard, Array(4).fill('-SOFT_ERR group could not be stored'))
    broken = false
    await groups.list('')
    assert.equal(heard.at(-1), '+SUCCESS [cats (ann, 2 members), dogs (ann, 1 members)]')
  })

  it('answer nobody who has left while their command waited', async () => {
    const { community, groups, heard, ann } = await world()
    const waiting = [groups.create(ann, 'cats'), groups.join(ann, 'cats'), groups.list('')]
    community.core.users.signOut(ann)
    await Promise.all(waiting)
    assert.deepEqual(heard, ['-SOFT_ERR there are no groups yet'])
  })
})

/** Two registered users; `heard` is what the commands of both are answered. */
async function world(change: (store: Store) => Store = (store) => store): Promise<{
  community: MemoryCommunity
  groups: HeloGroups
  heard: string[]
  ann: Presence
  bob: Presence
}> {
  const community = new MemoryCommunity({}, change)
  for (const name of ['ann', 'bob']) await community.core.accounts.add(name, 'secret12')
  const [ann, bob] = [
    await community.join('ann', { password: 'secret12' }),
    await community.join('bob', { password: 'secret12' }),
  ]
  const heard: string[] = []
  const groups = new HeloGroups({ core: community.core, send: (line) => void heard.push(line) })
  return { community, groups, heard, ann: ann.presence, bob: bob.presence }
}
