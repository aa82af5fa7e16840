import type { Channel, Subscriber } from '../ports/channel.ts'

/** An ear that remembers what it heard, one text for each delivery, and receives when it is told to. */
export class MemorySubscriber implements Subscriber {
  readonly channel: Channel
  readonly heard: string[] = []
  open = true
  #unreceived: (() => void)[] = []

  constructor(channel: Channel) {
    this.channel = channel
  }

  deliver(bytes: Uint8Array): void {
    if (this.open) this.heard.push(new TextDecoder().decode(bytes))
  }

  whenReceived(run: () => void): void {
    if (this.open) this.#unreceived.push(run)
  }

  /** All that was delivered so far has been received. */
  receive(): void {
    for (const run of this.#unreceived.splice(0)) run()
  }

  end(): void {
    this.open = false
    this.#unreceived = []
  }
}
