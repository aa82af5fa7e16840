import type { ChatEvent } from './events.ts'
import type { Channel, Subscriber, Wire } from './ports/channel.ts'

/** Everybody who is signed in, bucketed by channel: an event is encoded once per wire and cast once per channel. */
export class Audience {
  readonly #channels = new Set<Channel>()

  add(subscriber: Subscriber): void {
    this.#channels.add(subscriber.channel)
    subscriber.channel.join(subscriber)
  }

  remove(subscriber: Subscriber): void {
    subscriber.channel.leave(subscriber)
    if (subscriber.channel.size === 0) this.#channels.delete(subscriber.channel)
  }

  /** Choosing the hearers and queueing their bytes is one synchronous step: order of publishing is order on every socket. */
  publish(event: ChatEvent, except: readonly Subscriber[]): void {
    const encoded = new Map<Wire, Uint8Array | null>()
    for (const channel of this.#channels) {
      const bytes = encodeOnce(encoded, channel.wire, event)
      if (bytes) channel.cast(bytes, except)
    }
  }
}

/** Delivers to a few: a user's connections, a group. Answers how many are still open and had words for the event. */
export function deliverTo(subscribers: Iterable<Subscriber>, event: ChatEvent): number {
  const encoded = new Map<Wire, Uint8Array | null>()
  let heard = 0
  for (const subscriber of subscribers) {
    const bytes = encodeOnce(encoded, subscriber.channel.wire, event)
    if (!bytes || !subscriber.open) continue
    subscriber.deliver(bytes)
    heard++
  }
  return heard
}

function encodeOnce(encoded: Map<Wire, Uint8Array | null>, wire: Wire, event: ChatEvent): Uint8Array | null {
  let bytes = encoded.get(wire)
  if (bytes === undefined) encoded.set(wire, (bytes = wire.encode(event)))
  return bytes
}
