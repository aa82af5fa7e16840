import type { SeededRandom } from '@parley/core/testing'
import { LineClient } from '../line-client.ts'
import type { GapTally } from './tally.ts'

/** Messages of which the replies may be missing. */
const mostAhead = 16
const longestText = 3_000

/** The lines of a protocol by which somebody sends messages. */
export interface Words {
  readonly protocol: string
  readonly signIn: readonly string[]
  readonly welcome: string
  /** The line that says a text; `number` counts the messages of this sender. */
  say(number: number, text: string): string
  /** The number that a reply is about. */
  readonly replied: RegExp
  /** Whether the reply says that the message is kept. */
  readonly kept: boolean
  readonly ping: string
  readonly pong: string
}

/** Somebody who sends messages, over one connection after another. What has no reply is not said again. */
export class Sender {
  readonly #name: string
  readonly #words: Words
  readonly #random: SeededRandom
  readonly #tally: GapTally
  #number = 0
  #isOver = false

  constructor(name: string, words: Words, random: SeededRandom, tally: GapTally) {
    this.#name = name
    this.#words = words
    this.#random = random
    this.#tally = tally
  }

  /** Sends until it is stopped. `ready` resolves with the port of the server that there is now. */
  async run(ready: () => Promise<(protocol: string) => number>): Promise<void> {
    while (!this.#isOver) {
      const port = (await ready())(this.#words.protocol)
      const client = await LineClient.open(port).catch(() => null)
      if (!client) continue
      client.socket.on('close', () => this.#tally.changed())
      client.send(...this.#words.signIn)
      const isIn = await client.hears(this.#words.welcome).then(
        () => true,
        () => false,
      )
      if (isIn) await this.#send(client)
      await client.close()
    }
  }

  /** What was begun is still acknowledged. */
  stop(): void {
    this.#isOver = true
    this.#tally.changed()
  }

  async #send(client: LineClient): Promise<void> {
    const waiting = new Map<string, string>()
    let read = 0
    const hear = () => {
      const end = client.heard.lastIndexOf('\n') + 1
      const lines = client.heard.slice(read, end)
      if (lines.includes(this.#words.ping)) client.send(this.#words.pong)
      for (const [, number = ''] of lines.matchAll(this.#words.replied)) {
        const text = waiting.get(number)
        if (text === undefined) continue
        waiting.delete(number)
        this.#tally.reply(text, this.#words.kept)
      }
      read = end
    }
    client.socket.on('data', hear)
    while (!client.socket.closed && !(this.#isOver && waiting.size === 0)) {
      if (!this.#isOver && waiting.size < mostAhead && this.#tally.begin()) {
        const number = this.#number++
        const text = `${this.#name} ${number} ${'x'.repeat(this.#random.integer(longestText))}`
        waiting.set(String(number), text)
        client.send(this.#words.say(number, text))
      } else await this.#tally.change()
    }
  }
}
