import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionRig, userNamed, waits } from '../../testing/connection-rig.ts'

describe('a connection that the server ends', () => {
  it('says so in the words of its protocol, and reads on until the client has them', async () => {
    const rig = await ConnectionRig.open()
    const ann = await rig.user('ann')
    ann.connection.disconnect('stopping')
    ann.connection.disconnect('too-slow')
    ann.stream.say('still talking\n')
    await rig.rest()
    assert.equal(ann.stream.text, 'bye: stopping\n')
    assert.deepEqual(ann.calls, ['opened', 'farewell stopping', 'closed'])
    assert.deepEqual([ann.stream.ended, ann.stream.closed], [true, false])
    await rig.pass(1_999)
    assert.equal(ann.stream.closed, false)
    await rig.pass(1)
    assert.equal(ann.stream.closed, true)
  })

  it('gives a client that does not read its last words longer, but not for ever', async () => {
    const rig = await ConnectionRig.open()
    const ann = await rig.user('ann')
    ann.stream.stopReading()
    ann.connection.disconnect('stopping')
    await rig.rest()
    await rig.pass(9_999)
    assert.equal(ann.stream.closed, false)
    await rig.pass(1)
    assert.equal(ann.stream.closed, true)
    assert.equal(rig.clock.waiting, 0)
  })

  it('waits for the frame that is handled', async () => {
    const rig = await ConnectionRig.open()
    const waiting = waits()
    const ann = await rig.user('ann', (context) => ({
      received: () => waiting.received().then(() => context.send('done')),
    }))
    ann.stream.say('one\ntwo\n')
    await rig.rest()
    ann.connection.disconnect('stopping')
    ann.connection.disconnect('too-slow')
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'one'])
    waiting.go()
    await rig.rest()
    assert.equal(ann.stream.text, 'done\nbye: stopping\n')
    assert.deepEqual(ann.calls, ['opened', 'one', 'farewell stopping', 'closed'])
  })

  it('says nothing to a client that has gone meanwhile', async () => {
    const rig = await ConnectionRig.open()
    const waiting = waits()
    const ann = await rig.user('ann', { received: waiting.received })
    ann.stream.say('one\n')
    await rig.rest()
    ann.connection.disconnect('stopping')
    ann.stream.breakOff()
    await rig.rest()
    waiting.go()
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'one', 'closed'])
  })

  it('is told when the community has ended its user', async () => {
    const rig = await ConnectionRig.open()
    const [ann, bob] = [await rig.user('ann'), await rig.user('bob')]
    rig.submit({ do: 'account.add', name: userNamed('ann'), hash: 'plain:secret' })
    await rig.rest()
    assert.match(ann.stream.text, /bye: account-changed\n$/)
    assert.deepEqual(ann.calls.slice(1), ['farewell account-changed', 'closed'])
    assert.deepEqual(rig.users, ['bob'])
    assert.equal(bob.stream.text, '-ann\n')
    assert.deepEqual(rig.changes.slice(2), ['test-1 signed-out', 'test-1 ended'])
  })
})

describe('a deadline (X-8)', () => {
  it('looks first at what has arrived', async () => {
    const rig = await ConnectionRig.open()
    const heard: string[] = []
    const ann = rig.connect({ received: (line) => void heard.push(line) })
    ann.stream.say('in time\n')
    ann.context.afterInput(() => heard.push('deadline'))
    ann.stream.say('as well\n')
    await rig.rest()
    await rig.rest()
    assert.deepEqual(heard, ['in time', 'as well', 'deadline'])
  })

  it('looks at what could not be read, because a frame was waited for', async () => {
    const rig = await ConnectionRig.open()
    const heard: string[] = []
    const waiting = waits()
    const ann = rig.connect({
      received: (line) => {
        heard.push(line)
        return line === 'durable' ? waiting.received() : undefined
      },
    })
    ann.stream.say('durable\n')
    await rig.rest()
    ann.stream.say('pong\n')
    ann.stream.say('and more\n')
    ann.context.afterInput(() => heard.push('deadline'))
    await rig.rest()
    assert.deepEqual(heard, ['durable'])
    waiting.go()
    await rig.rest()
    await rig.rest()
    assert.deepEqual(heard, ['durable', 'pong', 'and more', 'deadline'])
  })

  it('comes in the end to a client that does not read the replies it asked for', async () => {
    const rig = await ConnectionRig.open({ refusedBeforeSignIn: 1_000_000 })
    let isOver = false
    const ann = rig.connect((context) => ({ received: () => context.send('x'.repeat(1_000)) }))
    ann.stream.stopReading()
    ann.stream.say('ask\n'.repeat(1_000))
    await rig.rest()
    ann.context.afterInput(() => (isOver = true))
    await rig.rest()
    await rig.pass(9_999)
    assert.equal(isOver, false)
    await rig.pass(1)
    assert.equal(isOver, true)
  })

  it('is forgotten with its connection', async () => {
    const rig = await ConnectionRig.open()
    const ann = rig.connect()
    await rig.rest()
    ann.context.afterInput(() => assert.fail('nobody is there'))
    ann.stream.breakOff()
    await rig.rest()
    assert.equal(ann.calls.at(-1), 'closed')
  })
})
