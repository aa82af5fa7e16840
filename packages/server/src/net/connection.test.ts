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
