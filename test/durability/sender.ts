import { Client } from './client.ts'
import type { Tally } from './tally.ts'
import { words, type Sending } from './words.ts'

/** Messages that are on their way at a time. */
const window = 16

/** Somebody who sends one message after another, over all connections that they have one after another. */
export class Sender {
  readonly protocol: Sending
  readonly name: string
  readonly #password: string
  readonly #receivers: readonly string[]
  readonly #tally: Tally
  /** Sent on this connection, and not replied to. */
  #underWay: string[] = []
  #sent = 0
  #client: Client | undefined
  #stopping = false

  constructor(protocol: Sending, name: string, password: string, receivers: readonly string[], tally: Tally) {
    this.protocol = protocol
    this.name = name
    this.#password = password
    this.#receivers = receivers
    this.#tally = tally
  }

  async signIn(port: number): Promise<void> {
    this.#underWay = []
    const heard = (line: string) => this.#hear(line)
    this.#client = await Client.signIn(port, this.protocol, this.name, this.#password, heard, this.#tally)
    while (this.#underWay.length < window) this.#send()
  }

  /** Its connection breaks, and it comes back. Nobody knows what became of what was under way. */
  async reset(port: number): Promise<void> {
    await this.#client?.reset()
    await this.signIn(port)
  }

  async closed(): Promise<void> {
    await this.#client?.closed()
  }

  /** Sends nothing more, and waits for the replies. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#tally.until(() => this.#underWay.length === 0, `${this.name} has all replies`)
  }

  /** One more message, to this receiver. Resolves once it is taken. */
  async tell(to: string, message: string): Promise<void> {
    this.#say(to, message)
    await this.#tally.until(() => this.#tally.taken.has(message), `${message} is taken`)
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  #send(): void {
    const number = this.#sent++
    this.#say(this.#receivers[number % this.#receivers.length]!, `${this.name}-${number}`)
  }

  #say(to: string, message: string): void {
    this.#underWay.push(message)
    this.#client?.say(...words[this.protocol].tell(this.name, to, message))
  }

  #hear(line: string): void {
    const { taken, refused } = words[this.protocol]
    const isTaken = taken.test(line)
    if (!isTaken && !refused.test(line)) return
    const message = this.#underWay.shift()
    if (message === undefined) return
    if (!this.#stopping) this.#send()
    if (isTaken) this.#tally.take(message)
    else this.#tally.refused.set(message, line)
  }
}
