import type { Channel, Subscriber } from '@parley/core'

const most = 200

/**
 * The ear of a signed-in `cp` user. It writes nothing to the connection: it keeps the last 200 broadcasts until the client
 * fetches them (P-8). The bytes are the ones that everybody on the listener shares.
 */
export class Broadcasts implements Subscriber {
  readonly channel: Channel
  readonly #connection: Subscriber
  readonly #kept: Uint8Array[] = []

  constructor(channel: Channel, connection: Subscriber) {
    this.channel = channel
    this.#connection = connection
  }

  get open(): boolean {
    return this.#connection.open
  }

  get oldest(): Uint8Array | undefined {
    return this.#kept[0]
  }

  deliver(bytes: Uint8Array): void {
    this.#kept.push(bytes)
    if (this.#kept.length > most) this.#kept.shift()
  }

  /** Private messages do not come this way, so there is nothing whose arrival anybody waits for. */
  whenReceived(): void {}

  /** The client has it. It may have fallen out by itself while the client took it. */
  forget(bytes: Uint8Array): void {
    if (this.#kept[0] === bytes) this.#kept.shift()
  }
}
