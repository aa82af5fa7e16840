import type { Wire } from '@parley/core'
import { said } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionRig, userNamed } from '../../testing/connection-rig.ts'

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
