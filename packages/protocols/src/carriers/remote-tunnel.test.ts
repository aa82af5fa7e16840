import type { NodeId, TunnelSide, UserName } from '@parley/core'
import { LinkedNodes, MemoryLink, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TunnelRelay, type Tunnel, type TunnelReport } from './tunnel-relay.ts'

const [annsNode, bobsNode] = ['anns.1', 'bobs.1'] as [NodeId, NodeId]
const tunnel: Tunnel = { tunnel: 4, asker: 'ann' as UserName, asked: 'bob' as UserName, code: '7', home: annsNode }

describe('a tunnel between two nodes', () => {
  it('passes bytes both ways, also those that came before, and is reported once, at the asker’s', async () => {
    const { bring, reports, clock } = cluster()
    const [ann, bob] = [new MemoryLink(), new MemoryLink()]
    bob.say('early ')
    bring('asked', bob)
    bring('asker', ann)
    bob.say('hello')
    ann.say('hi')
    await settled()
    assert.deepEqual([ann.heard, bob.heard, reports], ['early hello', 'hi', []])
    clock.advance(1_500)
    bob.hangUp()
    await settled()
    assert.deepEqual([ann.ended, bob.ended, reports.length], [true, false, 0])
    ann.say(' there')
    ann.hangUp()
    await settled()
    const report = { asker: 'ann', asked: 'bob', bytesOfAsker: 8, bytesOfAsked: 11, ms: 1_500 }
    assert.deepEqual([bob.heard, bob.ended, reports], ['hi there', true, [[annsNode, 4, report]]])
    assert.equal(clock.waiting, 0)
  })

  it('reads no more than a window ahead of the slower side, while the other way flows', async () => {
    const { join } = cluster()
    for (const [slow, fast] of [
      ['ann', 'bob'],
      ['bob', 'ann'],
    ] as const) {
      const ends = join()
      ends[slow].stopReading()
      for (let piece = 0; piece < 100; piece++) ends[fast].say('x'.repeat(10_000))
      ends[slow].say('still here')
      await settled()
      assert.ok(ends[fast].unread > 80, `only ${ends[fast].unread} pieces wait`)
      assert.equal(ends[fast].heard, 'still here')
      ends[slow].readOn()
      await settled()
      assert.equal(ends[slow].heard.length, 1_000_000)
    }
  })

  for (const side of ['ann', 'bob'] as const) {
    it(`breaks the other side where ${side} breaks off`, async () => {
      const { join, reports } = cluster()
      const ends = join()
      ends[side].say('half of')
      await settled()
      ends[side].breakOff()
      await settled()
      const other = ends[side === 'ann' ? 'bob' : 'ann']
      assert.deepEqual([other.heard, other.ended, other.destroyed, reports.length], ['half of', false, true, 1])
    })
  }

  for (const node of [annsNode, bobsNode]) {
    it(`breaks at the other node where that of ${node} is gone`, async () => {
      const { join, nodes } = cluster()
      const { ann, bob } = join()
      ann.say('half of')
      bob.say('half of')
      await settled()
      nodes.kill(node)
      await settled()
      const left = node === annsNode ? bob : ann
      assert.deepEqual([left.heard, left.ended, left.destroyed], ['half of', false, true])
    })
  }

  it('ends where the asker’s own connection never comes', async () => {
    const { bring, reports, clock } = cluster()
    const bob = new MemoryLink()
    bring('asked', bob)
    await settled()
    clock.advance(10_000)
    await settled()
    assert.deepEqual([bob.destroyed, reports.length], [true, 1])
  })

  it('ends where the asker’s node is gone before it is joined', async () => {
    const { bring, nodes } = cluster()
    nodes.kill(annsNode)
    const bob = new MemoryLink()
    bring('asked', bob)
    await settled()
    assert.deepEqual([bob.destroyed, bob.ended], [true, false])
  })
})

function cluster() {
  const clock = new VirtualClock()
  const nodes = new LinkedNodes()
  const reports: (readonly [node: NodeId, tunnel: number, report: TunnelReport])[] = []
  const relayAt = (node: NodeId) =>
    new TunnelRelay({
      clock,
      ended: (id, report) => void reports.push([node, id, report]),
      node: () => node,
      links: nodes.join(() => node),
    })
  const relays = { asker: relayAt(annsNode), asked: relayAt(bobsNode) }
  const bring = (side: TunnelSide, link: MemoryLink, which = tunnel) => relays[side].bring(which, side, link)
  let last = tunnel.tunnel
  const join = () => {
    const [ann, bob] = [new MemoryLink(), new MemoryLink()]
    const which = { ...tunnel, tunnel: ++last }
    bring('asker', ann, which)
    bring('asked', bob, which)
    return { ann, bob }
  }
  return { clock, nodes, reports, bring, join }
}

/** All promises that can resolve by themselves have resolved. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
