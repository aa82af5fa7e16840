import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionRig } from '../../testing/connection-rig.ts'

describe('a connection and its turns (X-8)', () => {
  it('has a few frames handled, and then others have theirs', async () => {
    const rig = await ConnectionRig.open({ refusedBeforeSignIn: 1_000 })
    const order: string[] = []
    const [ann, bob] = ['ann', 'bob'].map((name) => rig.connect({ received: (line) => void order.push(name + line) }))
    const lines = (count: number) => Array.from({ length: count }, () => '\n').join('')
    ann!.stream.say(lines(40))
    bob!.stream.say(lines(1))
    await rig.rest()
    assert.deepEqual([order.length, order.indexOf('bob')], [41, 16])
  })

  it('stops reading while its frames wait for their turn', async () => {
    const rig = await ConnectionRig.open({ refusedBeforeSignIn: 1_000 })
    let received = 0
    const ann = rig.connect({ received: () => void (received ||= ann.stream.received) })
    for (let chunk = 0; chunk < 5; chunk++) ann.stream.say('\n'.repeat(100))
    await rig.rest()
    assert.equal(ann.calls.length, 501)
    assert.equal(received, 100)
  })
})

describe('what nobody asked for', () => {
  it('is sent at the pace at which the client reads', async () => {
    const rig = await ConnectionRig.open()
    const ann = rig.connect()
    ann.stream.stopReading()
    const frames = Array.from({ length: 100 }, (_, at) => `${at} ${'x'.repeat(10_000)}`)
    for (const frame of frames) ann.context.sendAtPace(frame)
    await rig.rest()
    assert.ok(ann.stream.unsent < 100_000, `${ann.stream.unsent} bytes wait`)
    ann.context.send('a reply')
    ann.stream.readOn()
    await rig.rest()
    const lines = ann.stream.text.trimEnd().split('\n')
    assert.deepEqual(
      lines.filter((line) => line !== 'a reply'),
      frames,
    )
    assert.ok(lines.indexOf('a reply') < 20, 'a reply does not wait behind it')
  })
})
