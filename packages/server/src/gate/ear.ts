import type { Outbox } from './outbox.ts'
import type { Tape, TapeSubscriber } from './tape.ts'

/** What an ear knows of the connection that it belongs to. */
export interface EarHost {
  open(): boolean
  whenReceived(run: () => void): void
}

/** A connection's way to hear one wire. */
export class Ear implements TapeSubscriber {
  readonly channel: Tape
  readonly outbox: Outbox
  readonly #connection: EarHost

  constructor(channel: Tape, outbox: Outbox, connection: EarHost) {
    this.channel = channel
    this.outbox = outbox
    this.#connection = connection
  }

  get open(): boolean {
    return this.#connection.open()
  }

  deliver(bytes: Uint8Array): void {
    this.outbox.put(bytes)
  }

  whenReceived(run: () => void): void {
    this.#connection.whenReceived(run)
  }
}
