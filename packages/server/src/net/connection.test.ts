import { parseText, type AccountProof, type Result, type Text, type Wire } from '@parley/core'
import type { SessionContext } from '@parley/protocols'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionRig, signInAs, userNamed } from '../../testing/connection-rig.ts'
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

describe('signing in', () => {
  it('the reply stands before whatever is heard, which is all that is said from then on', async () => {
    const rig = await ConnectionRig.open()
    const bob = await rig.user('bob')
    const ann = rig.connect()
    void bob.context.submit({ do: 'broadcast', text: said('before') }, () => {})
    rig.hold()
    const signingIn = ann.context.signIn(signInAs('Ann'), (result) => ann.context.send(`welcome ${String(result.ok)}`))
    void bob.context.submit({ do: 'broadcast', text: said('after') }, () => {})
    rig.release()
    await signingIn
    await rig.rest()
    assert.equal(ann.stream.text, 'welcome true\nbob: after\n')
    assert.equal(ann.connection.user, 'Ann')
  })

  it('comes to nothing where the connection is gone when the password is known to be right', async () => {
    const proof = Promise.withResolvers<Result<AccountProof, 'wrong-password'>>()
    const rig = await ConnectionRig.open({}, { prove: () => proof.promise }, ['ann'])
    const bob = await rig.user('bob')
    const ann = rig.connect((context) => ({
      received: () => context.signIn(signInAs('ann'), () => assert.fail('nobody is left to be told')),
    }))
    ann.stream.say('go\n')
    await rig.rest()
    ann.stream.breakOff()
    await rig.rest()
    proof.resolve({ ok: true, value: { version: rig.community.accounts.find(userNamed('ann'))!.version } })
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'go', 'closed'])
    assert.equal(bob.stream.text, '')
    assert.deepEqual(rig.errors, [])
  })

  it('is undone where the connection is closed when its place in the order is known', async () => {
    const rig = await ConnectionRig.open()
    const ann = rig.connect()
    rig.hold()
    void ann.context.signIn(signInAs('ann'), () => assert.fail('nobody is left to be told'))
    ann.stream.breakOff()
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'closed'])
    rig.release()
    await rig.rest()
    assert.deepEqual(rig.users, [])
    assert.deepEqual(rig.changes, ['test-1 ended'])
    assert.deepEqual(rig.errors, [])
  })

  it('has its time, which begins anew when the user leaves', async () => {
    const rig = await ConnectionRig.open({ signInSeconds: 5 })
    const [ann, bob] = [rig.connect(), rig.connect()]
    await rig.pass(4_999)
    await bob.context.signIn(signInAs('bob'), () => {})
    await rig.pass(1)
    assert.deepEqual(ann.calls, ['opened', 'farewell sign-in-timeout', 'closed'])
    await rig.pass(60_000)
    bob.context.signOut()
    await rig.pass(4_999)
    assert.deepEqual(bob.calls, ['opened'])
    await rig.pass(1)
    assert.deepEqual(bob.calls, ['opened', 'farewell sign-in-timeout', 'closed'])
    assert.deepEqual(rig.changes, ['test-2 signed-in', 'test-1 ended', 'test-2 signed-out', 'test-2 ended'])
  })

  it('is not too late while the password is looked at; and the server may still stop meanwhile', async () => {
    for (const stops of [false, true]) {
      const proof = Promise.withResolvers<Result<AccountProof, 'wrong-password'>>()
      const rig = await ConnectionRig.open({ signInSeconds: 5 }, { prove: () => proof.promise }, ['ann'])
      const ann = rig.connect((context) => ({ received: () => context.signIn(signInAs('ann'), () => {}) }))
      ann.stream.say('go\n')
      await rig.rest()
      await rig.pass(5_000)
      if (stops) ann.connection.disconnect('stopping')
      proof.resolve({ ok: true, value: { version: rig.community.accounts.find(userNamed('ann'))!.version } })
      await rig.rest()
      assert.deepEqual(ann.calls, ['opened', 'go', ...(stops ? ['farewell stopping', 'closed'] : [])])
      assert.deepEqual(rig.users, stops ? [] : ['ann'])
    }
  })

  it('of nobody in particular fails as the protocol lets in guests, or not (X-3)', async () => {
    const rig = await ConnectionRig.open({}, {}, ['ann'])
    await rig.user('bob')
    const why = async (how: Parameters<SessionContext<string>['signIn']>[0]): Promise<string> => {
      let told = ''
      await rig.connect().context.signIn(how, (result) => (told = result.ok ? 'ok' : result.fail))
      return told
    }
    const ann = signInAs('ann')
    assert.equal(await why({ ...ann, password: 'wrong' }), 'name-taken')
    assert.equal(await why({ ...ann, password: undefined }), 'name-taken')
    assert.equal(await why({ ...ann, password: 'wrong', guests: false }), 'wrong-password')
    assert.equal(await why({ ...signInAs('nobody'), guests: false }), 'wrong-password')
    assert.equal(await why({ ...signInAs(''), guests: false }), 'wrong-password')
    assert.equal(await why(signInAs('bob')), 'name-taken')
    assert.equal(await why(ann), 'ok')
    assert.equal(await why({ ...ann, guests: false, exclusive: true }), 'ok')
    assert.equal(await why({ ...ann, guests: false, exclusive: true }), 'wrong-password')
  })
})

describe('a command that a session submits', () => {
  it('has its reply before what follows from it, and at its place also where that waits for a disk', async () => {
    const rig = await ConnectionRig.open()
    const ann = await rig.user('ann', (context) => ({
      received: (line) => context.submit({ do: 'broadcast', text: said(line) }, () => context.send(`told ${line}`)),
    }))
    const bob = await rig.user('bob')
    await rig.rest()
    rig.hold()
    ann.stream.say('one\n')
    await rig.rest()
    rig.submit({ do: 'broadcast', connection: bob.context.id, text: said('meanwhile'), withinRate: true })
    await rig.rest()
    assert.equal(ann.stream.text, '+bob\n')
    rig.release()
    await rig.rest()
    assert.equal(ann.stream.text, '+bob\ntold one\nbob: meanwhile\n')
    assert.equal(bob.stream.text, 'ann: one\n')
  })

  it('is not told of when nobody is signed in, or the session is closed by then', async () => {
    const rig = await ConnectionRig.open()
    const told = () => assert.fail('nobody is left to be told')
    await rig.connect().context.submit({ do: 'broadcast', text: said('hi') }, told)
    const ann = await rig.user('ann')
    rig.hold()
    const pending = ann.context.submit({ do: 'broadcast', text: said('hi') }, told)
    ann.context.close()
    await rig.rest()
    rig.release()
    await pending
    assert.deepEqual(ann.calls, ['opened', 'closed'])
    assert.equal(ann.stream.text, '')
    assert.deepEqual(rig.errors, [])
  })

  it('is within its rate for as long as the bucket lasts, and what is refused costs nothing (X-8)', async () => {
    const rig = await ConnectionRig.open()
    const ann = await rig.user('ann')
    const results: string[] = []
    const tell = (to: string) =>
      ann.context.submit({ do: 'tell', to: userNamed(to), text: said('hi') }, (result) =>
        results.push(result.ok ? 'ok' : result.fail),
      )
    for (let time = 0; time < 30; time++) await tell('nobody')
    for (let time = 0; time < 21; time++) await tell('ann')
    assert.deepEqual(results, [...Array(30).fill('no-such-user'), ...Array(20).fill('ok'), 'too-many-messages'])
  })
})

describe('a wire that throws', () => {
  const wire: Wire = {
    name: 'broken',
    encode: (event) => {
      if (event.kind !== 'broadcast') return null
      if (event.text === 'secret') throw new Error(`cannot say ${event.text}`)
      return Buffer.from(`${event.text}\n`)
    },
  }

  it('skips that event for those who hear by it, and nobody else notices', async () => {
    const rig = await ConnectionRig.open()
    const ann = await rig.user('ann', (context) => ({
      received: (line) => context.submit({ do: 'broadcast', text: said(line) }, () => context.send('told')),
    }))
    const bob = await rig.user('bob', {}, { wire })
    const cas = await rig.user('cas')
    for (const text of ['one', 'secret', 'two']) ann.stream.say(`${text}\n`)
    await rig.rest()
    assert.equal(bob.stream.text, 'one\ntwo\n')
    assert.equal(cas.stream.text, 'ann: one\nann: secret\nann: two\n')
    assert.deepEqual(ann.stream.text.match(/told/g)?.length, 3)
    assert.equal(rig.errors.length, 1)
    assert.match(rig.errors[0]!, /^a bug in a wire/)
    assert.doesNotMatch(rig.errors[0]!, /secret/)
  })
})

describe('what a client is sent', () => {
  it('is held up by a client that asks without reading, for itself only (X-8)', async () => {
    const rig = await ConnectionRig.open()
    const answer = 'x'.repeat(30_000)
    const ann = await rig.user('ann', (context) => ({ received: () => context.send(answer) }))
    ann.stream.stopReading()
    ann.stream.say('ask\n'.repeat(20))
    await rig.rest()
    const asked = ann.calls.length
    assert.ok(asked > 2 && asked < 8, `${asked} of 20 questions were answered`)
    assert.equal(ann.connection.idle, false)
    ann.stream.readOn()
    await rig.rest()
    assert.equal(ann.calls.length, 21)
    assert.equal(Buffer.concat(ann.stream.heard).length, 20 * (answer.length + 1))
    assert.equal(ann.connection.idle, true)
  })

  it('is one write for each reply where the protocol wants it so (P-6)', async () => {
    const rig = await ConnectionRig.open()
    const ann = rig.connect((context) => ({ received: (line) => context.send(line) }), { repliesAhead: 0 })
    ann.stream.say('one\ntwo\nthree\n')
    await rig.rest()
    assert.deepEqual(
      ann.stream.heard.map((bytes) => Buffer.from(bytes).toString()),
      ['one\n', 'two\n', 'three\n'],
    )
  })

  it('ends with a farewell where the client does not read what everybody hears', async () => {
    const rig = await ConnectionRig.open({ unsentBytes: 100 })
    const [ann, bob] = [await rig.user('ann'), await rig.user('bob')]
    await rig.rest()
    ann.stream.stopReading()
    for (let time = 0; time < 4; time++) {
      void bob.context.submit({ do: 'broadcast', text: said('x'.repeat(80)) }, () => {})
      await rig.rest()
    }
    assert.deepEqual(ann.calls, ['opened', 'farewell too-slow', 'closed'])
    assert.deepEqual(rig.users, ['bob'])
    ann.stream.readOn()
    await rig.rest()
    const line = `bob: ${'x'.repeat(80)}\n`
    assert.equal(ann.stream.text, `+bob\n${line}${line}bye: too-slow\n`)
  })

  it('is kept by the session where its clients fetch it (P-8)', async () => {
    const rig = await ConnectionRig.open()
    const ann = await rig.user('ann', { overhear: () => {} })
    const bob = await rig.user('bob')
    void bob.context.submit({ do: 'broadcast', text: said('hello') }, () => {})
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'overheard +bob', 'overheard bob: hello'])
    assert.equal(ann.stream.text, '')
  })
})

describe('messages of a registered user', () => {
  for (const received of ['flushed', 'next-input'] as const) {
    it(`leave the mailbox when they count as received: ${received} (X-5)`, async () => {
      const rig = await ConnectionRig.open({}, {}, ['ann'])
      const bob = await rig.user('bob')
      const waiting = () => rig.community.mailboxes.waiting(userNamed('ann'))
      const tell = (text: string) =>
        bob.context.submit({ do: 'tell', to: userNamed('ann'), text: said(text) }, () => {})
      await tell('while you were away')
      const ann = await rig.user('ann', {}, { received })
      await tell('now that you are here')
      await rig.rest()
      assert.equal(ann.stream.text, 'bob to you: while you were away\nbob to you: now that you are here\n')
      if (received === 'next-input') assert.equal(waiting(), 2)
      ann.stream.say('hm\n')
      await rig.rest()
      assert.equal(waiting(), 0)
    })
  }

  it('wait where the client is gone before it has read them', async () => {
    const rig = await ConnectionRig.open({}, {}, ['ann'])
    const bob = await rig.user('bob')
    const ann = await rig.user('ann')
    ann.stream.stopReading()
    await bob.context.submit({ do: 'tell', to: userNamed('ann'), text: said('hi') }, () => {})
    await rig.rest()
    ann.stream.breakOff()
    await rig.rest()
    assert.equal(rig.community.mailboxes.waiting(userNamed('ann')), 1)
    const again = await rig.user('ann')
    assert.equal(again.stream.text, 'bob to you: hi\n')
  })

  it('are fetched one by one where the session keeps what it hears (P-8)', async () => {
    const rig = await ConnectionRig.open({}, {}, ['ann'])
    const bob = await rig.user('bob')
    const ann = await rig.user('ann', { overhear: () => {} })
    for (const text of ['one', 'two']) {
      await bob.context.submit({ do: 'tell', to: userNamed('ann'), text: said(text) }, () => {})
    }
    assert.equal(ann.stream.text, '')
    const first = await ann.context.nextStoredMessage(0)
    assert.ok(first.ok && first.value)
    const second = await ann.context.nextStoredMessage(first.value.id)
    assert.ok(second.ok && second.value)
    assert.deepEqual([first.value.text, second.value.text], ['one', 'two'])
    assert.deepEqual(await ann.context.nextStoredMessage(second.value.id), { ok: true, value: null })
    assert.deepEqual(await bob.context.nextStoredMessage(0), { ok: true, value: null })
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

/** Frames that are handled when the test says so. */
function waits() {
  const waiting: (() => void)[] = []
  return {
    received: () => new Promise<void>((resolve) => waiting.push(resolve)),
    go: () => waiting.shift()?.(),
  }
}

function said(text: string): Text {
  const parsed = parseText(text)
  assert.ok(parsed.ok)
  return parsed.value
}
