import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Channel, Subscriber, Wire } from '../src/ports/channel.ts'

/** One connection: the subscriber, and the far end that it talks to. */
export interface Ear {
  readonly subscriber: Subscriber
  /** All that the far end has heard so far, as text; answers when nothing more is on its way. */
  readonly heard: () => Promise<string>
  /** The far end does what makes all that was delivered so far count as received. */
  readonly receive: () => Promise<void>
  /** The connection ends; answers when the subscriber knows. */
  readonly end: () => Promise<void>
}

export interface ChannelUnderTest {
  readonly channel: Channel
  /** A new connection that belongs on the channel, but has not joined it. */
  readonly connect: () => Promise<Ear>
  close(): Promise<void>
}

type Ears = readonly [Ear, Ear, Ear, Ear]

/** The promises of the channel port and of those who subscribe to it. */
export function channelSuite(name: string, open: (wire: Wire) => Promise<ChannelUnderTest>): void {
  /** On a channel that nobody has joined yet. */
  async function withEars(body: (channel: Channel, ears: Ears) => Promise<void>): Promise<void> {
    const under = await open(wire)
    try {
      const { connect } = under
      await body(under.channel, [await connect(), await connect(), await connect(), await connect()])
    } finally {
      await under.close()
    }
  }

  suite(`${name} keeps the promises of a channel`, () => {
    test('it carries its wire, and its subscribers name it', () =>
      withEars(async (channel, ears) => {
        assert.equal(channel.wire, wire)
        assert.equal(ears[0].subscriber.channel, channel)
        assert.equal(ears[0].subscriber.open, true)
      }))

    test('a cast reaches exactly the members of that moment', () =>
      withEars(async (channel, ears) => {
        const [early, late, never] = ears
        channel.cast(bytes('0'), [])
        channel.join(early.subscriber)
        channel.cast(bytes('1'), [])
        channel.join(late.subscriber)
        channel.cast(bytes('2'), [])
        channel.leave(early.subscriber)
        channel.cast(bytes('3'), [])
        assert.deepEqual(await heardBy([early, late, never]), ['12', '23', ''])
      }))

    test('the excepted do not hear it, members or not', () =>
      withEars(async (channel, ears) => {
        const [ann, bob, cid, stranger] = ears
        for (const ear of [ann, bob, cid]) channel.join(ear.subscriber)
        channel.cast(bytes('a'), [ann.subscriber])
        channel.cast(bytes('b'), [stranger.subscriber, bob.subscriber, ann.subscriber])
        channel.cast(bytes('c'), [])
        assert.deepEqual(await heardBy([ann, bob, cid, stranger]), ['c', 'ac', 'abc', ''])
      }))

    test('the size is the number of members; to join or to leave twice counts once', () =>
      withEars(async (channel, ears) => {
        const [ann, bob] = ears
        assert.equal(channel.size, 0)
        channel.leave(ann.subscriber)
        channel.join(ann.subscriber)
        channel.join(ann.subscriber)
        assert.equal(channel.size, 1)
        channel.join(bob.subscriber)
        assert.equal(channel.size, 2)
        channel.cast(bytes('x'), [])
        channel.leave(ann.subscriber)
        channel.leave(ann.subscriber)
        assert.equal(channel.size, 1)
        assert.deepEqual(await heardBy([ann, bob]), ['x', 'x'])
      }))

    test('who leaves and comes back hears what was cast meanwhile not even late', () =>
      withEars(async (channel, ears) => {
        const ear = ears[0]
        channel.join(ear.subscriber)
        channel.cast(bytes('1'), [])
        channel.leave(ear.subscriber)
        channel.cast(bytes('2'), [])
        channel.join(ear.subscriber)
        channel.cast(bytes('3'), [])
        assert.equal(await ear.heard(), '13')
      }))

    test('bytes are heard in the order of deliveries and casts taken together, over many turns', () =>
      withEars(async (channel, ears) => {
        const wanted = ears.map(() => '')
        for (const ear of ears) channel.join(ear.subscriber)
        for (let round = 0; round < 60; round++) {
          const one = round % ears.length
          ears[one]!.subscriber.deliver(bytes(`d${round};`))
          wanted[one] += `d${round};`
          const except = round % 4 === 0 ? [ears[(one + 1) % ears.length]!.subscriber] : []
          channel.cast(bytes(`c${round};`), except)
          for (const [index, ear] of ears.entries()) if (!except.includes(ear.subscriber)) wanted[index] += `c${round};`
          if (round % 7 === 0) await new Promise(setImmediate)
        }
        assert.deepEqual(await heardBy(ears), wanted)
      }))

    test('the bytes are not changed, whoever they are shared with', () =>
      withEars(async (channel, ears) => {
        for (const ear of ears) channel.join(ear.subscriber)
        const shared = bytes('shared')
        const others = ['sharedshared', 'sharedshared', 'sharedshared']
        ears[0].subscriber.deliver(bytes('own '))
        channel.cast(shared, [])
        channel.cast(shared, [])
        assert.deepEqual(await heardBy(ears), ['own sharedshared', ...others])
        assert.deepEqual(shared, bytes('shared'))
      }))

    test('nothing is heard after the end, and nothing breaks', () =>
      withEars(async (channel, ears) => {
        const [gone, here] = ears
        for (const ear of [gone, here]) channel.join(ear.subscriber)
        channel.cast(bytes('1'), [])
        assert.equal(await gone.heard(), '1')
        await gone.end()
        assert.equal(gone.subscriber.open, false)
        gone.subscriber.deliver(bytes('2'))
        channel.cast(bytes('3'), [])
        channel.leave(gone.subscriber)
        assert.deepEqual(await heardBy([gone, here]), ['1', '13'])
      }))

    test('what waits for receipt runs once it is received, each once and in order', () =>
      withEars(async (_, ears) => {
        const { subscriber, heard, receive } = ears[0]
        const ran: number[] = []
        subscriber.deliver(bytes('1'))
        subscriber.whenReceived(() => ran.push(1))
        subscriber.whenReceived(() => ran.push(2))
        subscriber.deliver(bytes('2'))
        subscriber.whenReceived(() => ran.push(3))
        assert.deepEqual(ran, [])
        assert.equal(await heard(), '12')
        await receive()
        assert.deepEqual(ran, [1, 2, 3])
        await receive()
        assert.deepEqual(ran, [1, 2, 3])
      }))

    test('what waits for receipt never runs once the connection has ended', () =>
      withEars(async (_, ears) => {
        const { subscriber, end } = ears[0]
        let ran = false
        await end()
        subscriber.deliver(bytes('1'))
        subscriber.whenReceived(() => (ran = true))
        await new Promise(setImmediate)
        assert.equal(ran, false)
      }))
  })
}

const wire: Wire = { name: 'test', encode: (event) => bytes(event.kind) }

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function heardBy(ears: readonly Ear[]): Promise<string[]> {
  return Promise.all(ears.map((ear) => ear.heard()))
}
