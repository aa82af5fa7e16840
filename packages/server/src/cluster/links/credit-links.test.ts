import type { Link, NodeId } from '@parley/core'
import { nodeLinksSuite } from '@parley/core/suites'
import { SeededRandom, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryMessages, type Fate } from '../../../testing/memory-messages.ts'
import { CreditLinks } from './credit-links.ts'
import { decodeFrame } from './link-frames.ts'
import { WaitingForLog } from './waiting-for-log.ts'

const [nearId, farId] = ['near.1', 'far.1'] as [NodeId, NodeId]

class TwoNodes {
  readonly clock = new VirtualClock()
  readonly messages = new MemoryMessages()
  readonly applied = { near: 1, far: 1 }
  /** Timers of a node that stands still run when it goes on. */
  readonly stall = { near: false, far: false }
  readonly waiting = {
    near: new WaitingForLog(() => this.applied.near),
    far: new WaitingForLog(() => this.applied.far),
  }
  readonly near = this.#node(nearId, 'near')
  readonly far = this.#node(farId, 'far')
  /** Time passes, in steps of a second, with whatever comes meanwhile. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1_000)
      await settled()
    }
  }

  async linked(): Promise<{ readonly near: Link; readonly far: Link }> {
    const accepted = Promise.withResolvers<Link>()
    this.far.serve('test', (link) => accepted.resolve(link))
    const near = this.near.open(farId, 'test', {})
    return { near, far: await accepted.promise }
  }

  #node(id: NodeId, which: 'near' | 'far'): CreditLinks {
    const run = (timer: () => void): void => {
      if (this.stall[which]) this.clock.after(100, () => run(timer))
      else timer()
    }
    return new CreditLinks({
      messages: this.messages.node(id),
      clock: {
        now: () => this.clock.now(),
        monotonic: () => this.clock.monotonic(),
        after: (ms, timer) => this.clock.after(ms, () => run(timer)),
      },
      applied: () => this.applied[which],
      reached: (seq, run) => this.waiting[which].reached(seq, run),
    })
  }
}

nodeLinksSuite('the cluster of messages', async () => {
  const nodes = new TwoNodes()
  return {
    near: nodes.near,
    far: nodes.far,
    farId,
    applied: (which, seq) => {
      nodes.applied[which] = seq
      nodes.waiting[which].progressed()
    },
    killFar: async () => {
      nodes.messages.kill(farId)
      await nodes.pass(8)
    },
    most: 1_300_000,
  }
})

describe('links over messages', () => {
  it('hold nothing and say nothing once they have ended', async () => {
    const nodes = new TwoNodes()
    const { near, far } = await nodes.linked()
    await near.write(Uint8Array.of(1))
    near.end()
    assert.deepEqual([await far.read(), await far.read()], [Uint8Array.of(1), null])
    far.end()
    assert.equal(await near.read(), null)
    assert.deepEqual([nodes.near.size, nodes.far.size, nodes.clock.waiting], [0, 0, 0])
  })

  it('live as long as both nodes do, however silent they are', async () => {
    const nodes = new TwoNodes()
    const { near, far } = await nodes.linked()
    await nodes.pass(600)
    await near.write(Uint8Array.of(1))
    assert.deepEqual(await far.read(), Uint8Array.of(1))
    assert.equal(near.lost, false)
  })

  it('are lost when the other node says nothing for 6 s', async () => {
    const nodes = new TwoNodes()
    const { near } = await nodes.linked()
    nodes.messages.kill(farId)
    await nodes.pass(5)
    assert.equal(near.lost, false)
    await nodes.pass(3)
    assert.deepEqual([near.lost, await near.read(), nodes.near.size, nodes.clock.waiting], [true, null, 0, 0])
  })

  it('survive a node that stood still, whose timers run before it has read anything', async () => {
    const nodes = new TwoNodes()
    const { near, far } = await nodes.linked()
    await nodes.pass(3)
    await near.write(Uint8Array.of(1))
    await settled()
    nodes.stall.near = true
    nodes.messages.hold(nearId)
    await nodes.pass(6)
    nodes.stall.near = false
    nodes.clock.advance(200)
    nodes.messages.letCome(nearId)
    await settled()
    await nodes.pass(5)
    assert.deepEqual([near.lost, far.lost], [false, false])
  })

  it('are lost at both ends when a node is cut off', async () => {
    const nodes = new TwoNodes()
    const { near, far } = await nodes.linked()
    nodes.messages.fate = () => 'is-lost'
    nodes.messages.cut(nearId)
    assert.deepEqual([near.lost, far.lost], [true, false])
    nodes.messages.fate = () => 'comes'
    await nodes.pass(3)
    assert.equal(far.lost, true)
  })

  for (const kind of ['open', 'data', 'end', 'credit', 'reset'] as const) {
    it(`never wait for ever for a lost message of the kind ${kind}, and never take a part for the whole`, async () => {
      const nodes = new TwoNodes()
      const said = new Uint8Array(300_000).fill(7)
      let lost = 0
      let heard = 0
      let isWhole = false
      const sink = async (link: Link): Promise<void> => {
        for (let chunk = await link.read(); chunk; chunk = await link.read()) heard += chunk.length
        isWhole = !link.lost
        if (kind === 'reset') return link.destroy()
        link.end()
      }
      nodes.far.serve('sink', (link) => void sink(link))
      nodes.messages.fate = (_, __, message) =>
        decodeFrame(message)?.kind === kind && lost++ === 0 ? 'is-lost' : 'comes'
      const near = nodes.near.open(farId, 'sink', {})
      const isWritten = near.write(said).then((written) => {
        near.end()
        return written
      })
      const reading = near.read()
      await nodes.pass(9)
      assert.equal(await reading, null)
      await isWritten
      assert.equal(lost > 0, true)
      assert.equal(isWhole && heard !== said.length, false)
      assert.equal(kind === 'credit' ? isWhole : near.lost, true)
      assert.deepEqual([nodes.near.size, nodes.far.size], [0, 0])
    })
  }

  it('are lost where two messages come in the wrong order, and not where one comes twice', async () => {
    for (const fate of ['comes-late', 'comes-twice'] as const) {
      const nodes = new TwoNodes()
      const { near, far } = await nodes.linked()
      let changed = 0
      nodes.messages.fate = (_, __, message) =>
        decodeFrame(message)?.kind === 'data' && changed++ === 1 ? fate : 'comes'
      for (let byte = 0; byte < 4; byte++) await near.write(Uint8Array.of(byte))
      near.end()
      const bytes: number[] = []
      for (let chunk = await far.read(); chunk; chunk = await far.read()) bytes.push(...chunk)
      await settled()
      if (fate === 'comes-twice') assert.deepEqual([bytes, far.lost], [[0, 1, 2, 3], false])
      else assert.deepEqual([bytes, far.lost, near.lost], [[0], true, true])
    }
  })

  it('are lost where the other sends more than it may', async () => {
    const nodes = new TwoNodes()
    const { near, far } = await nodes.linked()
    for (let sent = 0; sent <= 65_536; sent += 8_192) void near.write(new Uint8Array(8_192))
    assert.equal(far.lost, false)
    await settled()
    const first = await far.read()
    assert.equal(first?.length, 8_192)
    // What a node that keeps to no rule would send.
    const raw = nodes.messages.node(nearId)
    for (let place = 8; place < 40; place++) raw.send(farId, dataFrame(place))
    await settled()
    assert.equal(far.lost, false, 'a reader grants more')
    for (let place = 40; place < 400; place++) raw.send(farId, dataFrame(place))
    await settled()
    assert.equal(far.lost, true)
  })

  it('keep what is on its way within their windows, however many links there are', async () => {
    const nodes = new TwoNodes()
    nodes.far.serve('stuck', () => {})
    const links = Array.from({ length: 200 }, () => nodes.near.open(farId, 'stuck', {}))
    for (const link of links) void link.write(new Uint8Array(1_000_000))
    await settled()
    assert.ok(nodes.messages.mostUnderway <= 200 * 66_000, String(nodes.messages.mostUnderway))
    for (const link of links) link.destroy()
    await settled()
    assert.deepEqual([nodes.near.size, nodes.far.size], [0, 0])
  })

  it('bound many small pieces that nobody reads, too', async () => {
    const nodes = new TwoNodes()
    const { near } = await nodes.linked()
    let written = 0
    void (async () => {
      while (await near.write(Uint8Array.of(1))) written++
    })()
    await settled()
    assert.ok(written > 200 && written < 300, `${written} pieces wait`)
    near.destroy()
  })

  it('carry everything whole or are lost, whatever befalls the messages', async () => {
    const random = new SeededRandom(7)
    const counts = { whole: 0, lost: 0 }
    for (let run = 0; run < 60; run++) {
      const nodes = new TwoNodes()
      const { near, far } = await nodes.linked()
      const badness = run % 4 === 0 ? 1_000_000 : 40
      const fates: readonly Fate[] = ['is-lost', 'comes-twice', 'comes-late']
      nodes.messages.fate = () => (random.integer(badness) === 0 ? fates[random.integer(3)]! : 'comes')
      const said = Uint8Array.from({ length: 150_000 }, (_, at) => (at * 7 + run) & 0xff)
      void (async () => {
        for (let at = 0; at < said.length; at += 5_000) await near.write(said.subarray(at, at + 5_000))
        near.end()
      })()
      const heard: number[] = []
      const reading = (async () => {
        for (let chunk = await far.read(); chunk; chunk = await far.read()) heard.push(...chunk)
        far.end()
      })()
      await nodes.pass(12)
      await reading
      assert.deepEqual(heard, [...said.subarray(0, heard.length)])
      if (far.lost) counts.lost++
      else counts.whole++
      assert.equal(!far.lost && heard.length !== said.length, false)
    }
    assert.ok(counts.whole >= 15 && counts.lost >= 5, JSON.stringify(counts))
  })
})

/** A piece of link 1 as its opener would send it. */
function dataFrame(place: number): Uint8Array {
  const bytes = new Uint8Array(13 + 8_192)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, 1)
  view.setInt32(1, 1)
  view.setFloat64(5, place)
  return bytes
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
}
