import { connect } from '@nats-io/transport-node'
import type { Link, NodeId } from '@parley/core'
import { nodeLinksSuite } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { NatsServers, withoutNats } from '../../../testing/nats-servers.ts'
import { systemClock } from '../../system-clock.ts'
import { CreditLinks } from '../links/credit-links.ts'
import { WaitingForLog } from '../links/waiting-for-log.ts'
import { natsMessages } from './nats-messages.ts'

const [nearId, farId] = ['near.1', 'far.1'] as [NodeId, NodeId]

/** Two nodes on one server of NATS. `stop`: of that server. */
async function twoNodes(t: TestContext) {
  const server = await NatsServers.start()
  t.after(() => server.stop())
  const node = async (id: NodeId, name: string) => {
    const connection = await connect({ servers: server.hosts, maxReconnectAttempts: -1 })
    t.after(() => connection.close())
    const ids = { now: id }
    let applied = 1
    const waiting = new WaitingForLog(() => applied)
    const links = new CreditLinks({
      messages: natsMessages(connection, 'test.link', name, () => ids.now),
      clock: systemClock,
      applied: () => applied,
      reached: (seq, run) => waiting.reached(seq, run),
    })
    const progress = (seq: number): void => {
      applied = seq
      waiting.progressed()
    }
    t.after(() => links.breakAll())
    await connection.flush()
    return { connection, links, ids, progress }
  }
  const [near, far] = [await node(nearId, 'near'), await node(farId, 'far')]
  return { server, near, far }
}

if (withoutNats === false) {
  nodeLinksSuite('the cluster over NATS', async (t) => {
    const { near, far } = await twoNodes(t)
    return {
      near: near.links,
      far: far.links,
      farId,
      applied: (which, seq) => (which === 'near' ? near : far).progress(seq),
      killFar: () => far.connection.close(),
      most: 1_300_000,
    }
  })
}

describe('links over NATS', { skip: withoutNats }, () => {
  it('are lost at both ends where its server stops, and nobody takes a part for the whole', async (t) => {
    const { server, near, far } = await twoNodes(t)
    let accepted: Link | undefined
    far.links.serve('test', (link) => (accepted = link))
    const link = near.links.open(farId, 'test', {})
    await link.write(Uint8Array.of(1))
    await near.connection.flush()
    const reading = link.read()
    await server.kill(0)
    assert.deepEqual([await reading, link.lost], [null, true])
    while (await accepted?.read());
    assert.equal(accepted?.lost, true)
  })

  it('do not reach a node that has started anew', async (t) => {
    const { near, far } = await twoNodes(t)
    far.links.serve('test', (link) => link.end())
    far.ids.now = 'far.2' as NodeId
    const before = near.links.open(farId, 'test', {})
    const now = near.links.open(far.ids.now, 'test', {})
    assert.deepEqual([await now.read(), now.lost], [null, false])
    assert.deepEqual([await before.read(), before.lost], [null, true])
  })
})
