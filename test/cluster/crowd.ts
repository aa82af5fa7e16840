import { setTimeout as wait } from 'node:timers/promises'
import { Receiver } from '../durability/receiver.ts'
import { Sender } from '../durability/sender.ts'
import type { Tally } from '../durability/tally.ts'
import { Client } from '../durability/client.ts'

/** Where somebody may connect at the moment; null: nowhere. */
export type AnyPort = (protocol: string) => number | null

/** Somebody with one connection after another. */
export interface Member {
  readonly protocol: string
  readonly name: string
  signIn(port: number): Promise<void>
  closed(): Promise<void>
  close(): Promise<void>
}

/** Keeps somebody connected to whichever node there is, until `stop`. Returns what ends it. */
export function keepConnected(member: Member, port: AnyPort, signedIn: () => void): { stop(): Promise<void> } {
  const ending = new AbortController()
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const to = port(member.protocol)
      try {
        if (to === null) throw new Error('there is no node')
        await member.signIn(to)
        signedIn()
        while (!(await hasClosed(member)));
      } catch {
        // Its name may still be taken by its connection to a node that is gone.
        await wait(300)
      }
    }
  }
  const running = run()
  return {
    stop: async () => {
      ending.abort()
      await member.close()
      await running
    },
  }
}

/** False: not for as long as anybody waits for anything. */
function hasClosed(member: Member): Promise<boolean> {
  return member.closed().then(
    () => true,
    () => false,
  )
}

/** Says something to everybody again and again, and hears what others say to everybody. */
class Broadcaster implements Member {
  readonly protocol = 'ident'
  readonly name: string
  /** What was heard, in that order. */
  readonly heard: string[] = []
  readonly #tally: Tally
  #client: Client | undefined
  #said = 0

  constructor(name: string, tally: Tally) {
    this.name = name
    this.#tally = tally
  }

  async signIn(port: number): Promise<void> {
    const client = await Client.signIn(port, 'ident', this.name, '', (line) => this.#hear(line), this.#tally)
    this.#client = client
    void this.#speak(client)
  }

  async closed(): Promise<void> {
    await this.#client?.closed()
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  async #speak(client: Client): Promise<void> {
    while (client.isOpen) {
      client.say(`BCST ${this.name}-${this.#said++}`)
      await wait(50)
    }
  }

  #hear(line: string): void {
    const [, text] = /^BCST \w+ (\S+)$/.exec(line) ?? []
    if (text !== undefined) this.heard.push(text)
  }
}

export const password = 'vita2048'
export const receiving = [
  ['ident', 'Irma'],
  ['helo', 'Helga'],
  ['json', 'Jana'],
  ['cp', 'Clara'],
] as const
const sending = [
  ['ident', 'Ida'],
  ['json', 'Jon'],
  ['cp', 'Carl'],
  ['chatos', 'Chas'],
] as const

export function makeCrowd(tally: Tally) {
  const names = receiving.map(([, name]) => name)
  const receivers = receiving.map(([protocol, name]) => new Receiver(protocol, name, password, tally))
  const senders = sending.map(([protocol, name]) => {
    return new Sender(protocol, name, protocol === 'cp' ? password : '', names, tally)
  })
  const broadcasters = ['Sam', 'Sue', 'Stan'].map((name) => new Broadcaster(name, tally))
  return { receivers, senders, broadcasters }
}
