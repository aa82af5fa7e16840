import { protocols } from '@parley/protocols'
import { defaultSettings, type Settings } from '@parley/server'
import { MemoryServer, type MemoryClient } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { Places } from './places.ts'
import { accounts } from './accounts.ts'
import { limits } from './state.ts'
import { protocolOf, type Speech } from './words.ts'

const notations = new Map(protocols.map(({ name, notation }) => [name, notation]))
const { perPair, perRecipient, bytes, guestShare } = limits
const settings: Partial<Settings> = {
  mailbox: { perPair, perRecipient, bytes, guestShare },
  limits: { ...defaultSettings.limits, messageRate: { burst: limits.burst, perSecond: 1 } },
}

/** Questions for keys, which the server asks on behalf of others whenever it likes to: no model answers them. */
const aboutKeys = /^(REQUEST_PUBLIC_KEY|SECURE_MESSAGE_REQ) /

interface Client extends MemoryClient {
  readonly speech: Speech
  /** Chunks of the stream that were looked at. */
  seen: number
  unread: Uint8Array
}

/** The server itself over streams in memory, spoken to in the notations of the protocols. */
export class RealCommunity {
  readonly #server: MemoryServer
  readonly #clients: Client[] = []
  /** Of what was said, as they were heard. */
  readonly places = new Places()

  private constructor(server: MemoryServer) {
    this.#server = server
  }

  static async start(): Promise<RealCommunity> {
    const server = await MemoryServer.start({ settings })
    for (const { name, password } of accounts.values()) await server.addAccount(name, password)
    return new RealCommunity(server)
  }

  open(speech: Speech, address: string): void {
    const client = this.#server.connect(protocolOf(speech), {}, address)
    this.#clients.push({ ...client, speech, seen: 0, unread: new Uint8Array(0) })
  }

  /** In one chunk. */
  say(id: number, ...lines: readonly string[]): void {
    const { stream, speech } = this.#clients[id]!
    stream.say(Buffer.concat(lines.map((line) => notations.get(protocolOf(speech))!.write(line))))
  }

  leave(id: number, how: 'ends' | 'resets'): void {
    const { stream } = this.#clients[id]!
    if (how === 'ends') stream.hangUp()
    else stream.breakOff()
  }

  /** Until everything that can be replied to now has been. */
  async settle(): Promise<void> {
    await this.#server.rest()
    assert.deepEqual(this.#server.errors, [])
  }

  async pass(ms: number): Promise<void> {
    this.#server.clock.advance(ms)
    await this.settle()
  }

  isOver(id: number): boolean {
    const { stream } = this.#clients[id]!
    return stream.ended || stream.closed
  }

  /** Everything since the last time, a line each. */
  hear(id: number): readonly string[] {
    const { lines, used } = this.#read(id)
    const client = this.#clients[id]!
    client.unread = client.unread.subarray(used)
    return lines
  }

  /** The same, to be heard once more. */
  peek(id: number): readonly string[] {
    return this.#read(id).lines
  }

  #read(id: number): { readonly lines: readonly string[]; readonly used: number } {
    const client = this.#clients[id]!
    const { heard } = client.stream
    if (heard.length > client.seen) client.unread = Buffer.concat([client.unread, ...heard.slice(client.seen)])
    client.seen = heard.length
    const { lines, used } = notations.get(protocolOf(client.speech))!.read(client.unread)
    return { lines: lines.filter((line) => !aboutKeys.test(line)), used }
  }
}
