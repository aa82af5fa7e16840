import { Community } from '@parley/core'
import type { MemoryServer } from '@parley/server/testing'
import { isDeepStrictEqual } from 'node:util'

/** By the settings of another one. */
function emptyCommunity(other: Community): Community {
  return new Community(other.save().settings)
}

/** What is left behind once everybody has left, in words. `untold`: commands whose sender was never told. */
export function leftovers(server: MemoryServer, untold: number): string | undefined {
  const { clock, community, composed, connections, spool, transferPorts } = server
  const left = {
    'users online': community.users.names().length,
    'connections that were not closed': connections.size,
    'channels or connections that still hear': composed.services.delivery.isEmpty ? 0 : 1,
    'open transfer listeners': transferPorts.length,
    // The community may want to be woken for what it keeps, whoever is here.
    timers: clock.waiting - (community.wakeAt === null ? 0 : 1),
    'spooled bytes': spool.size,
    'transfers that are carried': composed.services.carrier.size,
    'commands that were never told': untold,
  }
  const found = Object.entries(left).filter(([, count]) => count > 0)
  if (found.length > 0) return `left behind: ${found.map(([what, count]) => `${count} ${what}`).join(', ')}`
  return leftInCommunity(community) ?? guestsInGroups(community)
}

/** Keys, games, files and tunnels are for those who are here (X-9). */
function leftInCommunity(community: Community): string | undefined {
  const [left, none] = [community, emptyCommunity(community)].map((each) => {
    const { keys: of, game, files, tunnels } = each.save()
    // The keys of accounts outlive their holders' visits.
    const { publicKeys: _, ...keys } = of
    return { keys, game, files, tunnels }
  })
  return isDeepStrictEqual(left, none) ? undefined : `left behind: ${JSON.stringify(left)}`
}

/** Of guests only those who are here are members (H-7). */
function guestsInGroups(community: Community): string | undefined {
  const { accounts, groups } = community.save()
  const holders = new Set(accounts.map(({ name }) => name.toLowerCase()))
  for (const { name, members } of groups) {
    const guest = members.find((member) => !holders.has(member.name.toLowerCase()))
    if (guest || members.length === 0) return `left behind: the group ${name} of ${guest?.name ?? 'nobody'}`
  }
  return undefined
}

/** Equal communities come of a snapshot, whatever the moment. */
export function notRestored({ community }: MemoryServer): string | undefined {
  const restored = emptyCommunity(community)
  restored.restore(community.save())
  return restored.digest() === community.digest() ? undefined : 'a community is not what its snapshot was made of'
}

/** With everybody gone, what the store holds is all there is. Nothing can be submitted afterwards. */
export async function notRemembered({ community, composed, store }: MemoryServer): Promise<string | undefined> {
  await composed.close()
  const state = await store.load()
  if (!state.ok) return 'the store cannot be read'
  const reloaded = emptyCommunity(community)
  reloaded.load(state.value)
  // What needs no durability is an entry, too, and when history is pruned next is not remembered.
  const [memory, disk] = [community, reloaded].map((each) => {
    const { history: _, ...remembered } = each.save()
    return { ...remembered, seq: 0 }
  })
  if (isDeepStrictEqual(memory, disk)) return undefined
  return `the store does not hold what memory does:\n${JSON.stringify(disk)}\n${JSON.stringify(memory)}`
}
