import type { Channel, Subscriber, Wire } from '../ports/channel.ts'

/** The plain channel: every member is called for every cast. */
export class EachMember implements Channel {
  readonly wire: Wire
  readonly #members = new Set<Subscriber>()

  constructor(wire: Wire) {
    this.wire = wire
  }

  get size(): number {
    return this.#members.size
  }

  join(member: Subscriber): void {
    this.#members.add(member)
  }

  leave(member: Subscriber): void {
    this.#members.delete(member)
  }

  cast(bytes: Uint8Array, except: readonly Subscriber[]): void {
    for (const member of this.#members) if (!except.includes(member)) member.deliver(bytes)
  }
}
