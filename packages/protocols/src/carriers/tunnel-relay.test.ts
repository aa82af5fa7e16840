import type { NodeId, TunnelSide, UserName } from '@parley/core'
import { MemoryLink, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TunnelRelay, type Tunnel, type TunnelReport } from './tunnel-relay.ts'

const here = 'here.1' as NodeId
const tunnel: Tunnel = { tunnel: 4, asker: 'ann' as UserName, asked: 'bob' as UserName, code: '7', home: here }

describe('tunnel relay', () => {
  it('passes bytes both ways, also those that came before, and reports by who sent them', async () => {
    const { bring, reports, clock } = server()
    const [ann, bob] = [new MemoryLink(), new MemoryLink()]
    ann.say('early ')
    bring('asked', bob)
    bring('asker', ann)
    ann.say('hello')
    bob.say('hi')
    await settled()
    assert.deepEqual([bob.heard, ann.heard, reports], ['early hello', 'hi', []])
    clock.advance(1_500)
    ann.hangUp()
    bob.hangUp()
    await settled()
    assert.deepEqual(reports, [[4, { asker: 'ann', asked: 'bob', bytesOfAsker: 11, bytesOfAsked: 2, ms: 1_500 }]])
  })

  it('hands on the end of one side and leaves the other way open', async () => {
    const { join, reports } = server()
    const { ann, bob } = join()
    ann.say('all')
    ann.hangUp()
    await settled()
    assert.deepEqual([bob.heard, bob.ended, ann.ended, reports.length], ['all', true, false, 0])
    bob.say('thanks')
    bob.hangUp()
    await settled()
    assert.deepEqual([ann.heard, ann.ended, ann.destroyed, bob.destroyed], ['thanks', true, false, false])
    assert.equal(reports.length, 1)
  })

  it('reads no further than the slower side takes, while the other way flows', async () => {
    const { join } = server()
    const { ann, bob } = join()
    bob.stopReading()
    for (const text of ['a', 'b', 'c']) ann.say(text)
    bob.say('still here')
    await settled()
    assert.deepEqual([bob.heard, ann.unread, ann.heard], ['a', 2, 'still here'])
    bob.readOn()
    await settled()
    assert.equal(bob.heard, 'abc')
    ann.hangUp()
    bob.hangUp()
  })

  it('breaks the other side when one breaks, rather than end it as if that were all', async () => {
    const { join, reports } = server()
    const { ann, bob } = join()
    ann.say('half of')
    ann.breakOff()
    await settled()
    assert.deepEqual([bob.ended, bob.destroyed, reports.length], [false, true, 1])
  })

  it('breaks a side whose bytes nobody is there to take', async () => {
    const { join } = server()
    const { ann, bob } = join()
    bob.stopReading()
    ann.say('into the void')
    await settled()
    bob.breakOff()
    await settled()
    assert.equal(ann.destroyed, true)
  })

  it('ends a tunnel whose other side never comes', () => {
    const { bring, reports, clock } = server()
    const ann = new MemoryLink()
    bring('asker', ann)
    clock.advance(9_999)
    assert.equal(ann.destroyed, false)
    clock.advance(1)
    assert.equal(ann.destroyed, true)
    assert.deepEqual(reports, [[4, { asker: 'ann', asked: 'bob', bytesOfAsker: 0, bytesOfAsked: 0, ms: 10_000 }]])
  })

  it('waits for nobody once both have come', () => {
    const { join, clock } = server()
    join()
    assert.equal(clock.waiting, 0)
  })
})

function server() {
  const clock = new VirtualClock()
  const reports: (readonly [tunnel: number, report: TunnelReport])[] = []
  const relay = new TunnelRelay({
    clock,
    ended: (id, report) => void reports.push([id, report]),
    node: () => here,
    links: null,
  })
  const bring = (side: TunnelSide, link: MemoryLink) => relay.bring(tunnel, side, link)
  const join = () => {
    const [ann, bob] = [new MemoryLink(), new MemoryLink()]
    bring('asker', ann)
    bring('asked', bob)
    return { ann, bob }
  }
  return { clock, reports, bring, join }
}

/** All promises that can resolve by themselves have resolved. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
