import { said } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionRig, waits } from '../../testing/connection-rig.ts'

describe('a connection that leaves its protocol', () => {
  it('is a link, with what came early, until its far side has ended', async () => {
    const rig = await ConnectionRig.open()
    const ann = rig.connect((context) => ({
      received: async () => {
        context.send('go ahead')
        const link = context.detach()
        await link.write(Buffer.from('raw bytes'))
        let said = ''
        for (let chunk = await link.read(); chunk; chunk = await link.read()) said += Buffer.from(chunk).toString()
        await link.write(Buffer.from(` for ${said}`))
        assert.equal(await link.flushed(), true)
        assert.equal(link.lost, false)
        link.end()
      },
    }))
    ann.stream.say('detach\nearly ')
    await rig.rest()
    ann.stream.say('and late\n')
    ann.stream.hangUp()
    await rig.rest()
    await rig.pass(120_000)
    assert.equal(ann.stream.text, 'go ahead\nraw bytes for early and late\n')
    assert.deepEqual(ann.calls, ['opened', 'detach', 'closed'])
    assert.deepEqual(rig.errors, [])
  })

  it('knows that the far side had ended before', async () => {
    const rig = await ConnectionRig.open()
    const waiting = waits()
    const ann = rig.connect((context) => ({
      received: async () => {
        await waiting.received()
        const link = context.detach()
        assert.equal(Buffer.from((await link.read())!).toString(), 'early')
        assert.equal(await link.read(), null)
        assert.equal(link.lost, false)
        link.end()
      },
    }))
    ann.stream.say('detach\nearly')
    ann.stream.hangUp()
    await rig.rest()
    waiting.go()
    await rig.rest()
    assert.deepEqual([ann.calls.at(-1), rig.errors.length, ann.stream.closed], ['closed', 0, true])
  })

  it('is broken off, rather than ended, when the server stops or the stream breaks', async () => {
    for (const stops of [true, false]) {
      const rig = await ConnectionRig.open()
      let lost: boolean | undefined
      const ann = rig.connect((context) => ({
        opened: () => {
          const link = context.detach()
          void link.read().then(() => (lost = link.lost))
        },
      }))
      await rig.rest()
      if (stops) ann.connection.disconnect('stopping')
      else ann.stream.breakOff()
      await rig.rest()
      assert.equal(lost, true)
      assert.equal(ann.stream.broken, stops)
      assert.deepEqual(ann.calls, ['opened', 'closed'])
    }
  })

  it('sends no more of what everybody hears, though its user stays', async () => {
    const rig = await ConnectionRig.open()
    const [ann, bob] = [await rig.user('ann'), await rig.user('bob')]
    ann.context.detach()
    ann.context.send('late')
    void bob.context.submit({ do: 'broadcast', text: said('hello') }, () => {})
    await rig.rest()
    assert.equal(ann.stream.text, '+bob\n')
    assert.deepEqual(rig.users, ['ann', 'bob'])
    ann.stream.breakOff()
    await rig.rest()
    assert.deepEqual(rig.users, ['bob'])
  })

  it('finds its stream closed where it was closed before', async () => {
    const rig = await ConnectionRig.open()
    const waiting = waits()
    const read: (Uint8Array | null | boolean)[] = []
    const ann = rig.connect((context) => ({
      received: async () => {
        await waiting.received()
        const link = context.detach()
        read.push(await link.read(), await link.write(Buffer.from('x')), await link.flushed(), link.lost)
      },
    }))
    ann.stream.say('detach\n')
    await rig.rest()
    ann.stream.breakOff()
    await rig.rest()
    waiting.go()
    await rig.rest()
    assert.deepEqual(read, [null, false, false, true])
    assert.deepEqual(ann.calls, ['opened', 'detach', 'closed'])
  })
})
