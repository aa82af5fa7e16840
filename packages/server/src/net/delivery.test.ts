import type { Addressed, ChatEvent, ConnectionEvent, ConnectionId, Wire } from '@parley/core'
import { named, TestCommunity } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemorySink } from '../../testing/memory-sink.ts'
import { Delivery, type Channel, type Subscriber } from './delivery.ts'
import { Flusher } from './flusher.ts'
import { Outbox } from './outbox.ts'

const flushed = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Counts how often it was asked. It has no words for a game. */
function wireNamed(name: string) {
  const asked: string[] = []
  const wire: Wire = {
    name,
    encode: (event) => {
      asked.push(event.kind)
      return event.kind === 'broadcast' ? Buffer.from(`<${name} ${event.text}>`) : null
    },
  }
  return { wire, asked }
}

class Scene {
  readonly community = new TestCommunity()
  readonly carried: ConnectionEvent[] = []
  readonly delivery: Delivery
  readonly #flusher = new Flusher(() => 0)

  constructor() {
    this.delivery = new Delivery(this.community.community.users, this.#flusher, (event) => this.carried.push(event))
  }

  /** Somebody's connection. `keeps`: its session keeps what it hears. */
  connect(name: string, wire: Wire | null, keeps = false) {
    const { id } = this.community.enterRegistered(name, { exclusive: false })
    const sink = new MemorySink()
    const outbox = new Outbox(sink, this.#flusher, Infinity, {
      tooSlow: () => {},
      crowdedOut: () => {},
      sent: () => {},
    })
    const channel: Channel | undefined = wire ? this.delivery.channel(wire, 'at-once') : undefined
    const told: string[] = []
    const subscriber: Subscriber = {
      id,
      outbox,
      hears: 'at-once',
      channel,
      hear: (event) => told.push(event.kind),
      deliver: (event, _, bytes) => {
        told.push(event.kind)
        outbox.put(bytes)
      },
      overhear: (bytes) => told.push(`kept ${Buffer.from(bytes).toString()}`),
    }
    this.delivery.add(subscriber)
    if (keeps) channel?.overhearing.add(subscriber)
    else channel?.tape.add(outbox)
    return { id, sink, told, subscriber, outbox }
  }

  async deliver(...events: readonly Addressed[]): Promise<void> {
    this.delivery.deliver(events, { seq: 1, at: 0 }, 'at-once')
    await flushed()
  }
}

function broadcast(text: string): ChatEvent {
  return { kind: 'broadcast', from: named('zoe'), text, kept: false, nonce: null }
}

const over: ConnectionEvent = { kind: 'session-over', with: named('zoe') }

describe('what everybody hears', () => {
  it('is heard by each in its own words, made once for each wire', async () => {
    const scene = new Scene()
    const [one, other] = [wireNamed('one'), wireNamed('other')]
    const [ann, bob, cas] = [
      scene.connect('ann', one.wire),
      scene.connect('bob', one.wire),
      scene.connect('cas', other.wire),
    ]
    await scene.deliver({ to: 'everyone', but: null, event: broadcast('hi') })
    assert.deepEqual(
      [ann, bob, cas].map(({ sink }) => sink.text),
      ['<one hi>', '<one hi>', '<other hi>'],
    )
    assert.deepEqual([one.asked, other.asked], [['broadcast'], ['broadcast']])
    assert.equal(ann.sink.writes[0], bob.sink.writes[0])
  })

  it('is not heard by any connection of the user who is left out', async () => {
    const scene = new Scene()
    const [one, other] = [wireNamed('one'), wireNamed('other')]
    const anns = [
      scene.connect('ann', one.wire),
      scene.connect('ann', other.wire),
      scene.connect('ann', one.wire, true),
      scene.connect('ann', null),
    ]
    const bob = scene.connect('bob', one.wire)
    await scene.deliver(
      { to: 'everyone', but: named('ann'), event: broadcast('1') },
      { to: 'everyone', but: null, event: broadcast('2') },
      { to: 'everyone', but: named('nobody'), event: broadcast('3') },
    )
    assert.deepEqual(
      anns.map(({ sink }) => sink.text),
      ['<one 2><one 3>', '<other 2><other 3>', '', ''],
    )
    assert.deepEqual(anns[2]!.told, ['kept <one 2>', 'kept <one 3>'])
    assert.equal(bob.sink.text, '<one 1><one 2><one 3>')
  })

  it('is not heard where a protocol has no words for it, nor by who is not signed in or has left', async () => {
    const scene = new Scene()
    const { wire } = wireNamed('one')
    const ann = scene.connect('ann', wire)
    const bob = scene.connect('bob', null)
    await scene.deliver({ to: 'everyone', but: null, event: { kind: 'game-cancelled' } })
    assert.deepEqual([ann.sink.text, bob.sink.text], ['', ''])
    scene.delivery.channel(wire, 'at-once').tape.delete(ann.outbox)
    await scene.deliver({ to: 'everyone', but: null, event: broadcast('hi') })
    assert.equal(ann.sink.text, '')
  })

  it('asks no wire by which nobody hears', async () => {
    const scene = new Scene()
    const { wire, asked } = wireNamed('one')
    const ann = scene.connect('ann', wire)
    scene.delivery.channel(wire, 'at-once').tape.delete(ann.outbox)
    await scene.deliver({ to: 'everyone', but: null, event: broadcast('hi') })
    assert.deepEqual(asked, [])
  })
})

describe('what a few hear', () => {
  it('reaches each connection of the users, but not the one that has its result', async () => {
    const scene = new Scene()
    const { wire, asked } = wireNamed('one')
    const [ann, again, bob, cas] = [
      scene.connect('ann', wire),
      scene.connect('ann', wire),
      scene.connect('bob', wire),
      scene.connect('cas', wire),
    ]
    const users = ['ann', 'bob', 'nobody'].map(named)
    await scene.deliver({ to: 'users', users, but: ann.id, event: broadcast('hi') })
    assert.deepEqual(
      [ann, again, bob, cas].map(({ sink }) => sink.text),
      ['', '<one hi>', '<one hi>', ''],
    )
    assert.deepEqual(asked, ['broadcast'])
  })

  it('is made once for each wire, in whatever order the connections come, and never for nobody', async () => {
    const scene = new Scene()
    const [one, other] = [wireNamed('one'), wireNamed('other')]
    const others = ['ann', 'bob', 'cas', 'dan'].map((name, index) =>
      scene.connect(name, index % 2 === 0 ? one.wire : other.wire),
    )
    const nobody = scene.connect('eve', null)
    const connections = [nobody, ...others].map(({ id }) => id)
    await scene.deliver(
      { to: 'connections', connections: [...connections, 'nobody' as ConnectionId], event: broadcast('hi') },
      { to: 'connections', connections, event: { kind: 'game-cancelled' } },
      { to: 'connections', connections: [nobody.id], event: broadcast('hi') },
    )
    assert.deepEqual(
      others.map(({ sink }) => sink.text),
      ['<one hi>', '<other hi>', '<one hi>', '<other hi>'],
    )
    assert.deepEqual(
      [one.asked, other.asked],
      [
        ['broadcast', 'game-cancelled'],
        ['broadcast', 'game-cancelled'],
      ],
    )
    assert.deepEqual(nobody.told, [])
  })
})

describe('what one connection hears', () => {
  it('goes to its session, or to nobody', async () => {
    const scene = new Scene()
    const ann = scene.connect('ann', null)
    await scene.deliver({ to: 'connection', connection: ann.id, event: over })
    scene.delivery.delete(ann.subscriber)
    await scene.deliver({ to: 'connection', connection: ann.id, event: over })
    assert.deepEqual(ann.told, ['session-over'])
  })

  it('goes to whoever carries files, where it is for them', async () => {
    const scene = new Scene()
    const ann = scene.connect('ann', null)
    await scene.deliver({ to: 'carriers', event: over })
    assert.deepEqual([scene.carried, ann.told], [[over], []])
  })
})

it('events are heard in order, whoever they are for', async () => {
  const scene = new Scene()
  const { wire } = wireNamed('one')
  const ann = scene.connect('ann', wire)
  await scene.deliver(
    { to: 'everyone', but: null, event: broadcast('1') },
    { to: 'users', users: [named('ann')], but: null, event: broadcast('2') },
    { to: 'everyone', but: null, event: broadcast('3') },
    { to: 'connections', connections: [ann.id], event: broadcast('4') },
    { to: 'everyone', but: named('ann'), event: broadcast('not for ann') },
    { to: 'everyone', but: null, event: broadcast('5') },
  )
  assert.equal(ann.sink.text, '<one 1><one 2><one 3><one 4><one 5>')
})
