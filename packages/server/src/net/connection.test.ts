import { said } from '@parley/core/testing'
import type { SessionContext } from '@parley/protocols'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionRig, signInAs, userNamed, waits } from '../../testing/connection-rig.ts'
import type { Script } from '../../testing/line-protocol.ts'

describe('a connection runs its session as an actor', () => {
  it('opened, frames in order, closed once and last', async () => {
    const rig = await ConnectionRig.open()
    const ann = rig.connect((context) => ({
      opened: () => context.send('welcome'),
      received: (line) => context.send(`you said ${line}`),
    }))
    ann.stream.say('one\ntw')
    ann.stream.say('o\n')
    await rig.rest()
    assert.equal(ann.stream.text, 'welcome\nyou said one\nyou said two\n')
    ann.stream.say('three\nfour')
    ann.stream.hangUp()
    await rig.rest()
    assert.match(ann.stream.text, /you said three\n$/)
    assert.deepEqual(ann.calls, ['opened', 'one', 'two', 'three', 'closed'])
    assert.deepEqual([ann.stream.ended, ann.stream.closed], [true, true])
    assert.deepEqual(rig.changes, ['test-1 ended'])
  })

  it('never two frames at once, whatever comes while one is awaited', async () => {
    const rig = await ConnectionRig.open()
    const waiting = waits()
    const ann = rig.connect({ received: waiting.received })
    ann.stream.say('one\ntwo\n')
    await rig.rest()
    for (const text of ['three\n', 'four\n', 'five\n']) ann.stream.say(text)
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'one'])
    assert.ok(ann.stream.received < 'one\ntwo\nthree\nfour\nfive\n'.length, 'what comes meanwhile waits in the kernel')
    for (let line = 0; line < 5; line++) {
      waiting.go()
      await rig.rest()
    }
    assert.deepEqual(ann.calls, ['opened', 'one', 'two', 'three', 'four', 'five'])
  })

  it('closed only once the frame that is awaited is done', async () => {
    const rig = await ConnectionRig.open()
    const waiting = waits()
    const ann = await rig.user('ann', { received: waiting.received })
    ann.stream.say('one\ntwo\n')
    await rig.rest()
    ann.stream.breakOff()
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'one'])
    assert.deepEqual(rig.users, ['ann'])
    waiting.go()
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'one', 'closed'])
    assert.deepEqual(rig.users, [])
  })

  it('what the client said before it ended its side is all handled, and replied to', async () => {
    const rig = await ConnectionRig.open()
    const waiting = waits()
    const ann = rig.connect((context) => ({
      received: (line) => waiting.received().then(() => context.send(`you said ${line}`)),
    }))
    ann.stream.say('one\ntwo\n')
    ann.stream.say('three;')
    ann.stream.hangUp()
    await rig.rest()
    for (let line = 0; line < 3; line++) {
      waiting.go()
      await rig.rest()
    }
    assert.equal(ann.stream.text, 'you said one\nyou said two\nyou said three;\n')
    assert.deepEqual([ann.calls.at(-1), ann.stream.closed], ['closed', true])
  })

  it('a frame that ends by silence is handled after that, and not before', async () => {
    const rig = await ConnectionRig.open()
    const ann = rig.connect()
    ann.stream.say('almost;')
    await rig.rest()
    await rig.pass(99)
    assert.deepEqual(ann.calls, ['opened'])
    ann.stream.say(' not yet;')
    await rig.rest()
    await rig.pass(99)
    assert.deepEqual(ann.calls, ['opened'])
    await rig.pass(1)
    assert.deepEqual(ann.calls, ['opened', 'almost; not yet;'])
  })

  it('closed by its own timer, between two frames', async () => {
    const rig = await ConnectionRig.open()
    const ann = await rig.user('ann', (context) => ({
      opened: () => {
        context.clock.after(1_000, () => {
          context.send('too quiet')
          context.close()
          context.send('nobody reads this')
          context.close()
        })
      },
    }))
    await rig.pass(999)
    assert.equal(ann.stream.ended, false)
    rig.clock.advance(1)
    ann.stream.say('too late\n')
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'closed'])
    assert.equal(ann.stream.text, 'too quiet\n')
    assert.deepEqual(rig.users, [])
  })

  it('a longer frame is taken once somebody is signed in', async () => {
    const rig = await ConnectionRig.open({ frameBeforeSignIn: 4, frame: 8 })
    const ann = rig.connect((context) => ({
      received: (line) => (line === 'ann' ? context.signIn(signInAs('ann'), () => {}) : undefined),
    }))
    ann.stream.say('12345\nann\n12345678\n123456789\n')
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'garbage', 'ann', '12345678', 'garbage'])
  })
})

describe('a session that throws ends its connection, and nothing else', () => {
  const fail = (): never => {
    throw new Error('a bug')
  }
  const scripts: { readonly [where: string]: (context: SessionContext<string>) => Script } = {
    opened: () => ({ opened: fail }),
    received: () => ({ received: fail }),
    'received, later': () => ({ received: async () => fail() }),
    'received, later and without a reason': () => ({ received: () => Promise.reject() }),
    hear: () => ({ hear: fail }),
    overhear: () => ({ overhear: fail }),
    farewell: () => ({ farewell: fail }),
    closed: (context) => ({ received: () => context.close(), closed: fail }),
    'told of a command': (context) => ({ received: () => context.submit({ do: 'broadcast', text: said('hi') }, fail) }),
    'told of a sign-in': (context) => ({ received: () => context.signIn(signInAs('cas'), fail) }),
    'told of a sign-in that fails': (context) => ({ received: () => context.signIn(signInAs('bob'), fail) }),
    'told of a name that is none': (context) => ({ received: () => context.signIn(signInAs(''), fail) }),
  }
  for (const [where, script] of Object.entries(scripts)) {
    it(where, async () => {
      const rig = await ConnectionRig.open()
      const bob = await rig.user('bob')
      const signsIn = where.startsWith('told of a sign') || where.startsWith('told of a name')
      const ann = signsIn ? rig.connect(script) : await rig.user('ann', script)
      ann.stream.say('go\n')
      await rig.rest()
      void bob.context.submit({ do: 'broadcast', text: said('hello') }, () => {})
      rig.tell(ann, { kind: 'session-over', with: userNamed('bob') })
      if (where === 'farewell') ann.connection.disconnect('stopping')
      await rig.rest()
      assert.deepEqual(
        rig.errors.filter((error) => !error.includes('a bug in a session')),
        [],
      )
      assert.equal(rig.errors.length, 1, rig.errors.join())
      assert.equal(ann.stream.closed, true)
      assert.equal(ann.calls.filter((call) => call === 'closed').length, 1)
      assert.equal(ann.calls.at(-1), 'closed')
      assert.deepEqual(rig.users, ['bob'])
      assert.equal(bob.stream.closed, false)
    })
  }

  it('so does a password that cannot be looked at', async () => {
    const rig = await ConnectionRig.open({}, { prove: async () => fail() }, ['ann'])
    const ann = rig.connect((context) => ({
      received: () => void context.signIn(signInAs('ann'), () => assert.fail('it is not known who she is')),
    }))
    ann.stream.say('go\n')
    await rig.rest()
    assert.equal(rig.errors.length, 1)
    assert.deepEqual(ann.calls, ['opened', 'go', 'closed'])
  })
})

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
