import { Client } from './client.ts'
import type { Tally } from './tally.ts'
import { words, type Sending } from './words.ts'

/** How long a `cp` client waits before it asks again, milliseconds. */
const askAgainMs = 5

/** Who gets the messages by which readers find out that what they sent before is on disk. */
export const archive = 'Archive'

/** Somebody who reads, and acknowledges what was read in the way of the protocol. */
export class Receiver {
  readonly protocol: Sending
  readonly name: string
  readonly #password: string
  readonly #tally: Tally
  #connections = 0
  #client: Client | undefined
  /** Heard on this connection and not acknowledged. */
  #unacknowledged: string[] = []
  /** Acknowledged by something that was sent, whose reply has not come. */
  #acknowledged: string[] = []
  /** When they were, by the tally's count. */
  #acknowledgedAt = 0
  #proof: string | undefined
  #proofs = 0
  #isPolling = false

  constructor(protocol: Sending, name: string, password: string, tally: Tally) {
    this.protocol = protocol
    this.name = name
    this.#password = password
    this.#tally = tally
  }

  async signIn(port: number): Promise<void> {
    this.#connections++
    this.#client = undefined
    this.#unacknowledged = []
    this.#acknowledged = []
    this.#proof = undefined
    this.#isPolling = false
    const heard = (line: string) => this.#hear(line)
    this.#client = await Client.signIn(port, this.protocol, this.name, this.#password, heard, this.#tally)
    if (this.protocol === 'cp') this.#ask()
    else this.#acknowledge()
  }

  /** Its connection breaks, and it comes back. */
  async reset(port: number): Promise<void> {
    await this.#client?.reset()
    await this.signIn(port)
  }

  /** Reads nothing for a while. */
  async stall(ms: number): Promise<void> {
    await this.#client?.stall(ms)
  }

  async closed(): Promise<void> {
    await this.#client?.closed()
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  #hear(line: string): void {
    const message = words[this.protocol].heard.exec(line)?.[1]
    if (message !== undefined) {
      this.#tally.hear(message, this.name, this.#connections)
      this.#unacknowledged.push(message)
    }
    if (this.protocol === 'cp') this.#hearPdu(message)
    else this.#hearLine(line, message)
  }

  /** P-6: each message is acknowledged by 250, and what comes next says that this is on disk. */
  #hearPdu(message: string | undefined): void {
    this.#confirm()
    if (message === undefined) return this.#askAgain()
    this.#acknowledged = this.#unacknowledged.splice(0)
    this.#acknowledgedAt = this.#tally.diskChanges
    this.#client?.say('250')
  }

  /**
   * Whatever a client sends acknowledges what it has heard. It sends a message, because the reply to that comes when
   * it is on disk, and the acknowledgement before it.
   */
  #hearLine(line: string, message: string | undefined): void {
    const { taken, refused } = words[this.protocol]
    if (message === undefined && this.#proof !== undefined && taken.test(line)) {
      this.#tally.take(this.#proof)
      this.#proof = undefined
      this.#confirm()
    } else if (message === undefined && refused.test(line)) {
      this.#tally.refused.set(this.#proof ?? '', line)
      this.#proof = undefined
      this.#unacknowledged.unshift(...this.#acknowledged.splice(0))
    }
    this.#acknowledge()
  }

  #acknowledge(): void {
    // What comes with the welcome is acknowledged when the sign-in is done.
    if (!this.#client || this.#proof !== undefined || this.#unacknowledged.length === 0) return
    this.#acknowledged = this.#unacknowledged.splice(0)
    this.#acknowledgedAt = this.#tally.diskChanges
    this.#proof = `${this.name}-${this.#proofs++}`
    this.#client.say(...words[this.protocol].tell(this.name, archive, this.#proof))
  }

  #confirm(): void {
    this.#tally.confirm(this.#acknowledged.splice(0), this.#acknowledgedAt)
  }

  #askAgain(): void {
    if (this.#isPolling) return
    this.#isPolling = true
    setTimeout(() => {
      this.#isPolling = false
      if (this.#client?.isOpen) this.#ask()
    }, askAgainMs)
  }

  #ask(): void {
    this.#client?.say('RMSG')
  }
}
