import { MemoryCommunity } from '@parley/core/memory'
import { protocols } from '@parley/protocols'
import assert from 'node:assert/strict'
import type { MemoryConnection } from '../fuzz/memory-connection.ts'
import { MemoryGate } from '../fuzz/memory-gate.ts'
import { concat } from '../fuzz/memory-socket.ts'
import { variants } from '../fuzz/listeners.ts'
import { accounts, limits } from './state.ts'
import { protocolOf, type Speech } from './words.ts'

const listeners = variants().filter(({ options }) => options === '')
const notations = new Map(protocols.map(({ name, notation }) => [name, notation]))

/** Questions for keys, which the server asks on behalf of others whenever it likes to: no model answers them. */
const aboutKeys = /^(REQUEST_PUBLIC_KEY|SECURE_MESSAGE_REQ) /

interface Client {
  readonly connection: MemoryConnection
  readonly speech: Speech
  unread: Uint8Array
}

/** The server's own protocols over a core in memory, spoken to in the notations of the protocols. */
export class RealCommunity {
  readonly #community = new MemoryCommunity({
    messageRate: { burst: limits.burst, perSecond: 1 },
    mailbox: { perPair: limits.perPair, perRecipient: limits.perRecipient },
  })
  readonly #gate = new MemoryGate(this.#community.core, this.#community.clock)
  readonly #clients: Client[] = []

  static async start(): Promise<RealCommunity> {
    const real = new RealCommunity()
    for (const { name, password } of accounts.values()) await real.#community.core.accounts.add(name, password)
    return real
  }

  open(speech: Speech): void {
    const listener = listeners.find(({ name }) => name === protocolOf(speech))!
    // Wrong passwords are limited by address, and no two clients share one.
    const connection = this.#gate.connect(listener, `192.0.2.${this.#clients.length}`)
    this.#clients.push({ connection, speech, unread: new Uint8Array(0) })
  }

  /** In one chunk. */
  say(id: number, ...lines: readonly string[]): void {
    const { connection, speech } = this.#clients[id]!
    connection.socket.say(concat(lines.map((line) => notations.get(protocolOf(speech))!.write(line))))
  }

  leave(id: number, how: 'ends' | 'resets'): void {
    const { socket } = this.#clients[id]!.connection
    if (how === 'ends') socket.finish()
    else socket.destroy()
  }

  /** Until everything that memory can answer has been answered. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      this.#gate.sweep()
    }
    assert.deepEqual(this.#gate.bugs, [])
  }

  async pass(ms: number): Promise<void> {
    this.#community.clock.advance(ms)
    await this.settle()
  }

  isOver(id: number): boolean {
    return this.#clients[id]!.connection.socket.over
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
    client.unread = concat([client.unread, client.connection.socket.hear()])
    const { lines, used } = notations.get(protocolOf(client.speech))!.read(client.unread)
    return { lines: lines.filter((line) => !aboutKeys.test(line)), used }
  }
}
