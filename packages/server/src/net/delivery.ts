import type {
  Addressed,
  ChatEvent,
  ConnectionEvent,
  ConnectionId,
  Hears,
  HookEvent,
  Stamp,
  UserName,
  Wire,
} from '@parley/core'
import type { CommunityView } from '@parley/protocols'
import type { Flusher } from './flusher.ts'
import type { Outbox } from './outbox.ts'
import { Tape } from './tape.ts'

/** A connection of this server, as delivery sees it. */
export interface Subscriber {
  readonly id: ConnectionId
  readonly outbox: Outbox
  readonly hears: Hears
  /** What it hears by; undefined: nobody is signed in on it. */
  readonly channel: Channel | undefined
  hear(event: ConnectionEvent, stamp: Stamp): void
  /** Bytes of an event for this connection, where it does not follow the tape. */
  deliver(event: ChatEvent, stamp: Stamp, bytes: Uint8Array): void
  /** Bytes of what was said to everybody, where the session keeps them itself (P-8). */
  overhear(bytes: Uint8Array): void
}

/** Everybody who hears by one wire. */
export class Channel {
  readonly wire: Wire
  readonly hears: Hears
  readonly tape: Tape
  /** Those whose sessions keep what they hear. */
  readonly overhearing = new Set<Subscriber>()
  /** Those who are told some of what is said when they have caught up. */
  readonly catchingUp = new Set<Subscriber>()

  constructor(wire: Wire, hears: Hears, flusher: Flusher) {
    this.wire = wire
    this.hears = hears
    this.tape = new Tape(wire, flusher)
  }

  get isEmpty(): boolean {
    return this.tape.size === 0 && this.overhearing.size === 0 && this.catchingUp.size === 0
  }
}

/**
 * Brings events to the connections of this server. Choosing who hears an event and queueing its bytes is one synchronous
 * step, so the order of the log is the order on every socket. An event is encoded once for each wire.
 */
export class Delivery {
  readonly #users: CommunityView['users']
  readonly #flusher: Flusher
  readonly #carriers: (event: ConnectionEvent) => void
  readonly #hooks: (event: HookEvent, stamp: Stamp, hears: Hears) => void
  readonly #subscribers = new Map<ConnectionId, Subscriber>()
  #onceDurable = 0
  readonly #channels = new Map<Wire, Channel>()

  /** `hooks` is told both at once and once durable. */
  constructor(
    users: CommunityView['users'],
    flusher: Flusher,
    carriers: (event: ConnectionEvent) => void,
    hooks: (event: HookEvent, stamp: Stamp, hears: Hears) => void = () => {},
  ) {
    this.#users = users
    this.#flusher = flusher
    this.#carriers = carriers
    this.#hooks = hooks
  }

  /** Every open connection, signed in or not. */
  add(subscriber: Subscriber): void {
    this.#subscribers.set(subscriber.id, subscriber)
    if (subscriber.hears === 'once-durable') this.#onceDurable++
  }

  delete(subscriber: Subscriber): void {
    if (this.#subscribers.delete(subscriber.id) && subscriber.hears === 'once-durable') this.#onceDurable--
  }

  /** Whether some connections hear once durable. */
  get hearsOnceDurable(): boolean {
    return this.#onceDurable > 0
  }

  /** No connection is known, and nobody hears anything. */
  get isEmpty(): boolean {
    return this.#subscribers.size === 0 && [...this.#channels.values()].every((channel) => channel.isEmpty)
  }

  channel(wire: Wire, hears: Hears): Channel {
    let channel = this.#channels.get(wire)
    if (!channel) this.#channels.set(wire, (channel = new Channel(wire, hears, this.#flusher)))
    return channel
  }

  /** To those who hear at once, with whoever carries files, or to those who hear once durable. */
  deliver(events: readonly Addressed[], stamp: Stamp, hears: Hears): void {
    for (const addressed of events) {
      switch (addressed.to) {
        case 'everyone':
          this.#everyone(addressed.event, stamp, hears, addressed.but)
          break
        case 'users':
          this.#toUsers(addressed.users, addressed.but, new Words(addressed.event, stamp, hears))
          break
        case 'devices':
          this.#toDevices(addressed.user, addressed.but, new Words(addressed.event, stamp, hears))
          break
        case 'connections': {
          const words = new Words(addressed.event, stamp, hears)
          for (const id of addressed.connections) this.#one(id, words)
          break
        }
        case 'connection': {
          const subscriber = this.#subscribers.get(addressed.connection)
          if (subscriber?.hears === hears) subscriber.hear(addressed.event, stamp)
          break
        }
        case 'carriers':
          if (hears === 'at-once') this.#carriers(addressed.event)
          break
        case 'hooks':
          this.#hooks(addressed.event, stamp, hears)
          break
      }
    }
  }

  #everyone(event: ChatEvent, stamp: Stamp, hears: Hears, but: UserName | null): void {
    const excluded = but === null ? none : (this.#users.find(but)?.connections ?? none)
    for (const channel of this.#channels.values()) {
      if (channel.hears !== hears || channel.isEmpty) continue
      const bytes = channel.wire.encode(event, stamp)
      if (!bytes) continue
      for (const { id } of excluded) {
        const subscriber = this.#subscribers.get(id)
        if (subscriber?.channel === channel) subscriber.outbox.skip(bytes.length)
      }
      if (channel.tape.size > 0) channel.tape.append(bytes)
      for (const subscriber of channel.overhearing) {
        if (!excluded.some(({ id }) => id === subscriber.id)) subscriber.overhear(bytes)
      }
      for (const subscriber of channel.catchingUp) {
        if (!excluded.some(({ id }) => id === subscriber.id)) subscriber.deliver(event, stamp, bytes)
      }
    }
  }

  #toUsers(names: readonly UserName[], but: ConnectionId | null, words: Words): void {
    for (const name of names) {
      for (const { id } of this.#users.find(name)?.connections ?? none) if (id !== but) this.#one(id, words)
    }
  }

  #toDevices(name: UserName, but: ConnectionId | null, words: Words): void {
    for (const { id, capabilities } of this.#users.find(name)?.connections ?? none) {
      if (capabilities.devices && id !== but) this.#one(id, words)
    }
  }

  #one(id: ConnectionId, words: Words): void {
    const subscriber = this.#subscribers.get(id)
    if (!subscriber?.channel || subscriber.hears !== words.hears) return
    const bytes = words.by(subscriber.channel.wire)
    if (bytes) subscriber.deliver(words.event, words.stamp, bytes)
  }
}

/** An event as bytes, encoded once for each wire. Most events for a few are heard by one wire. */
class Words {
  readonly event: ChatEvent
  readonly stamp: Stamp
  readonly hears: Hears
  #wire: Wire | undefined
  #bytes: Uint8Array | null = null
  #others: Map<Wire, Uint8Array | null> | undefined

  constructor(event: ChatEvent, stamp: Stamp, hears: Hears) {
    this.event = event
    this.stamp = stamp
    this.hears = hears
  }

  by(wire: Wire): Uint8Array | null {
    if (wire === this.#wire) return this.#bytes
    if (!this.#wire) {
      this.#wire = wire
      return (this.#bytes = wire.encode(this.event, this.stamp))
    }
    this.#others ??= new Map()
    const known = this.#others.get(wire)
    if (known !== undefined) return known
    const bytes = wire.encode(this.event, this.stamp)
    this.#others.set(wire, bytes)
    return bytes
  }
}

const none: readonly never[] = []
