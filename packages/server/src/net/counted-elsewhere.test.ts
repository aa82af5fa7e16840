import type { Command, ConnectionId, NodeId } from '@parley/core'
import { named, said, TestCommunity, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defaultSettings } from '../config/settings.ts'
import { addressGroup } from '../address.ts'
import { KnownAddresses } from '../passwords/known-addresses.ts'
import { CountedElsewhere } from './counted-elsewhere.ts'
import { UserRates } from './rates.ts'
import { SignInTurns } from './sign-in-turns.ts'

const [here, there] = ['here.1', 'there.1'] as [NodeId, NodeId]
const office = '192.0.2.1'

function counted() {
  const clock = new VirtualClock()
  const people = new TestCommunity()
  const limits = {
    ...defaultSettings.limits,
    messageRate: { burst: 2, perSecond: 1 },
    signInRate: { burst: 1, perSecond: 1 },
  }
  const rates = new UserRates(limits, clock)
  const signIns = new SignInTurns(limits, clock)
  const known = new KnownAddresses(clock)
  const elsewhere = new CountedElsewhere({ community: people.community, rates, signIns, known, node: () => here })
  const apply = (command: Command) => elsewhere.applied(command, people.do(command))
  const says = (connection: ConnectionId, withinRate = true) =>
    apply({ do: 'broadcast', connection, text: said('hi'), withinRate })
  return { people, rates, signIns, known, apply, says }
}

const arriving = (node: NodeId, change: object = {}) =>
  ({
    do: 'arrive',
    connection: `ann at ${node}` as ConnectionId,
    node,
    name: named('ann'),
    proof: null,
    address: office,
    share: 'ann',
    exclusive: false,
    capabilities: { privateMessages: 'pushed', sealing: null, files: null, tunnels: false, devices: false },
    ...change,
  }) as const

describe('what was done at another node', () => {
  it('counts for the rate of whoever did it, where it went well', () => {
    const { people, rates, says } = counted()
    const ann = people.enter('ann', { node: there, share: 'ann' })
    says(ann.id, false)
    assert.equal(rates.bucketOf('tell', 'ann')?.full, true, 'what was refused is free')
    says(ann.id)
    const bucket = rates.bucketOf('tell', 'ann')
    assert.deepEqual([bucket?.take(), bucket?.take()], [true, false])
  })

  it('does not count what was counted here', () => {
    const { people, rates, says } = counted()
    says(people.enter('ann', { node: here, share: 'ann' }).id)
    assert.equal(rates.bucketOf('tell', 'ann')?.full, true)
  })

  it('is a turn of the address, where somebody signed in', () => {
    for (const [node, isFree] of [
      [here, true],
      [there, false],
    ] as const) {
      const { signIns, apply } = counted()
      apply(arriving(node))
      assert.equal(signIns.turn(office, () => true) === undefined, isFree)
    }
  })

  it('makes an address known to which the right password came, and no other', () => {
    const { people, known, apply } = counted()
    people.register('dan')
    const dan = { name: named('dan'), connection: 'dan' as ConnectionId }
    const version = people.versionOf('dan')
    apply(arriving(there))
    apply(arriving(there, { ...dan, proof: { version: -1 } }))
    const knows = (name: 'ann' | 'dan') => known.has(name as never, addressGroup(office))
    assert.deepEqual([knows('ann'), knows('dan')], [false, false])
    apply(arriving(there, { ...dan, proof: { version } }))
    assert.deepEqual([knows('ann'), knows('dan')], [false, true])
  })
})
