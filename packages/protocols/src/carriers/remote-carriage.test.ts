import { MemoryLink } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  addresses,
  bracketed,
  bring,
  dashed,
  hello,
  here,
  outcomeOf,
  settled,
  take,
  there,
  Transfers,
} from '../../suites/file-transfers.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('the remote end of a transfer', () => {
  it('lets nobody in but its receiver, once, from its address, by its method and in time', async () => {
    const transfers = new Transfers(bracketed, dashed, { bobAt: there })
    assert.equal(take(transfers.receiving, dashed).isWelcome, false, 'it was not accepted')
    transfers.accept()
    assert.equal(take(transfers.receiving, dashed, new MemoryLink(), addresses.ann).isWelcome, false)
    assert.equal(take(transfers.receiving, bracketed).isWelcome, false)
    assert.equal(bring(transfers.receiving, bracketed).isWelcome, false, 'a sender comes to its own node')
    assert.equal(take(transfers.receiving, dashed).isWelcome, true)
    assert.equal(take(transfers.receiving, dashed).isWelcome, false)
    const { receiving } = transfers
    transfers.carriage.end('not-sent')
    assert.equal(take(receiving, dashed).isWelcome, false, 'it is over')
    assert.equal(await receiving.outcome, 'not-sent')
  })

  it('knows which side is at its node, and when it has come', async () => {
    const transfers = new Transfers(bracketed, dashed, { bobAt: there })
    const { carriage, receiving } = transfers
    assert.deepEqual([receiving.isHere('sender'), receiving.isHere('receiver')], [false, true])
    assert.deepEqual([carriage.isHere('sender'), carriage.isHere('receiver')], [true, false])
    transfers.accept()
    const arrived: string[] = []
    for (const side of ['sender', 'receiver'] as const) void receiving.arrived(side).then(() => arrived.push(side))
    await settled()
    assert.deepEqual(arrived, [])
    take(receiving, dashed)
    await settled()
    assert.deepEqual(arrived, ['receiver'])
    receiving.end('not-taken')
    await settled()
    assert.deepEqual(arrived, ['receiver', 'sender'], 'nobody is waited for any more')
  })

  it('takes no more than a window ahead of its receiver', async () => {
    const transfers = new Transfers(dashed, dashed, { bobAt: there, fileBytes: 1_000_000 })
    const carriage = transfers.accept()
    const { link: sender } = bring(carriage, dashed)
    const receiver = new MemoryLink()
    receiver.stopReading()
    take(transfers.receiving, dashed, receiver)
    for (let piece = 0; piece < 100; piece++) sender.say('x'.repeat(10_000))
    await settled()
    assert.ok(sender.unread > 80, `only ${sender.unread} pieces wait for the receiver`)
    receiver.readOn()
    sender.hangUp()
    assert.equal(await outcomeOf(carriage), 'delivered')
    assert.equal(receiver.heard.length, 1_000_000)
  })

  it('ends the transfer from its node, and tells the community until it is heard of', async () => {
    const transfers = new Transfers(bracketed, dashed, { bobAt: there })
    const carriage = transfers.accept()
    const { receiving } = transfers
    transfers.logIsThere = false
    receiving.end('crowded-out')
    receiving.end('corrupted')
    assert.equal(receiving.isOver, true)
    transfers.logIsThere = true
    transfers.clock.advance(30_000)
    bring(carriage, bracketed)
    transfers.clock.advance(30_000)
    assert.equal(await receiving.outcome, 'crowded-out')
    assert.equal(transfers.clock.waiting, 0)
  })

  for (const [from, to, outcome] of [
    [bracketed, bracketed, 'not-sent'],
    [bracketed, dashed, 'not-sent'],
  ] as const) {
    it(`breaks its receiver off where the node of the bytes is gone: ${from.method} to ${to.method}`, async () => {
      const transfers = new Transfers(from, to, { bobAt: there })
      const carriage = transfers.accept()
      const { receiving } = transfers
      const { link: receiver } = take(receiving, to)
      bring(carriage, from).link.say('hel')
      await settled()
      transfers.nodes.kill(here)
      transfers.submit(transfers.bob, { do: 'node.leave', node: here }, () => {})
      assert.equal(await receiving.outcome, outcome)
      assert.equal(receiver.heard.endsWith(']'), false)
      assert.deepEqual([receiver.ended, receiving.isOver], [false, true])
    })
  }

  it('ends with the node of its receiver', async () => {
    const transfers = new Transfers(bracketed, bracketed, { bobAt: there })
    const carriage = transfers.accept()
    take(transfers.receiving, bracketed)
    bring(carriage, bracketed).link.say('hel')
    await settled()
    transfers.nodes.kill(there)
    assert.equal(await outcomeOf(carriage), 'not-taken')
    assert.deepEqual(transfers.heard(transfers.ann), ['file-accepted', 'not-taken'])
  })

  it('is let go where its node is gone for the others', async () => {
    const transfers = new Transfers(bracketed, dashed, { bobAt: there })
    const carriage = transfers.accept()
    bring(carriage, bracketed).link.say('hello')
    await settled()
    const { receiving } = transfers
    transfers.carrier.abandon()
    transfers.far.abandon()
    assert.deepEqual([await carriage.outcome, await receiving.outcome], ['not-sent', 'not-sent'])
    assert.deepEqual([transfers.carrier.size, transfers.far.size, transfers.spool.size], [0, 0, 0])
  })
})

describe('chunks of a file that is spooled at another node', () => {
  const method = 'bracketed'

  /** Cut off and back at the other node, both of them. */
  function resumed(more: { readonly fileBytes?: number } = {}) {
    const transfers = new Transfers(bracketed, dashed, { ...more, bobAt: there })
    const files = { method, offered: 'at-once', resumes: true } as const
    const ann = transfers.people.enterRegistered('cem', { node: here, address: addresses.ann, files })
    const bob = transfers.people.enterRegistered('dan', { node: there, address: addresses.bob, files })
    const offer = { do: 'file.offer', to: bob.name, file: hello, spooling: true } as const
    const offered = ann.do(offer)
    assert.ok(offered.ok)
    const id = offered.value
    transfers.submit(bob, { do: 'file.accept', transfer: id, place: null }, () => {})
    ann.leave()
    const again = transfers.people.enterRegistered('cem', { node: there, address: addresses.ann, files })
    const resume = { do: 'file.resume', transfer: id, side: 'sender' } as const
    assert.equal(again.why(resume), 'ok')
    const [home, far] = [transfers.carrier.find(id), transfers.far.find(id)]
    assert.ok(home && far && home !== far)
    return { transfers, home, far, id }
  }

  it('come there one after another, and are read from there, up to the end', async () => {
    const { far } = resumed()
    assert.deepEqual(await far.chunks.state(), { come: 0, readable: 0, isWhole: false })
    assert.deepEqual(await far.chunks.write(method, 0, bytesOf('hel')), { ok: true, have: 3 })
    assert.deepEqual(await far.chunks.write(method, 0, bytesOf('hel')), { ok: false, fail: 'wrong-offset', have: 3 })
    const read = await far.chunks.read(0)
    assert.ok(read.ok)
    assert.deepEqual([textOf(read.bytes), read.whole], ['hel', null])
    const waiting = far.chunks.read(3)
    assert.deepEqual(await far.chunks.write(method, 3, bytesOf('lo')), { ok: true, have: 5 })
    const next = await waiting
    assert.deepEqual(next.ok && textOf(next.bytes), 'lo')
    assert.equal(await far.chunks.finish(method, {}), true)
    await settled()
    assert.deepEqual(await far.chunks.read(9), { ok: false, fail: 'wrong-offset', have: 5 })
    assert.deepEqual(await far.chunks.state(), { come: 5, readable: 5, isWhole: true })
    const end = await far.chunks.read(5)
    assert.deepEqual(end.ok && [end.bytes.length, end.whole?.size], [0, 5])
    await far.chunks.judge('delivered')
    assert.equal(await far.outcome, 'delivered')
    assert.deepEqual(await far.chunks.read(0), { ok: false, fail: 'over' })
  })

  it('make their sender wait while there is no room, and end with the transfer', async () => {
    const { far, home, transfers } = resumed({ fileBytes: 1_000_000 })
    transfers.spool.create = () => new Promise(() => {})
    const taken = Array.from({ length: 10 }, (_, piece) =>
      far.chunks.write(method, piece * 50_000, new Uint8Array(50_000)),
    )
    await settled()
    assert.ok((await far.chunks.state()).come < 400_000)
    home.end('not-sent')
    assert.deepEqual((await Promise.all(taken)).at(-1), { ok: false, fail: 'over' })
  })

  it('are asked for again where the link was lost, and none is taken twice', async () => {
    const { far, transfers } = resumed()
    transfers.nodes.losing = (bytes) => textOf(bytes).includes('"have":3')
    const writing = far.chunks.write(method, 0, bytesOf('hel'))
    await settled()
    transfers.nodes.losing = () => false
    transfers.clock.advance(1_000)
    assert.deepEqual(await writing, { ok: true, have: 3 })
    assert.deepEqual(await far.chunks.state(), { come: 3, readable: 3, isWhole: false })
  })

  it('are over where the node that has them is gone', async () => {
    const { far, transfers } = resumed()
    await far.chunks.write(method, 0, bytesOf('hel'))
    const reading = far.chunks.read(3)
    transfers.nodes.kill(here)
    transfers.submit(transfers.bob, { do: 'node.leave', node: here }, () => {})
    await settled()
    transfers.clock.advance(1_000)
    assert.deepEqual([await reading, await far.outcome], [{ ok: false, fail: 'over' }, 'not-sent'])
  })
})
