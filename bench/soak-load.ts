import { setTimeout as wait } from 'node:timers/promises'
import { Client, heartbeatsOnly, wholeLines } from './clients.ts'
import { dialects } from './dialects.ts'
import { Letters } from './soak-letters.ts'
import type { SoakServer } from './soak-server.ts'

const stayers = ['ident', 'json', 'chatos', 'parley'] as const
const stayersEach = 10
const talkMs = 2_000
const passMs = 500
/** What was not heard by then is missed. */
const missedMs = 10_000

/** Everybody who uses the server of a soak. */
export class SoakLoad {
  readonly #server: SoakServer
  readonly #letters: Letters
  readonly #timers: NodeJS.Timeout[] = []
  readonly #clients: Client[] = []
  /** When a text was said that a neighbour listens for. */
  readonly #saidAt = new Map<string, number>()
  #latencies: number[] = []
  #said = 0
  #missed = 0
  #came = 0
  #dropped = 0
  #ending = false

  private constructor(server: SoakServer) {
    this.#server = server
    this.#letters = new Letters(server)
  }

  static async begin(server: SoakServer): Promise<SoakLoad> {
    const load = new SoakLoad(server)
    await load.#letters.begin()
    for (const [index, protocol] of stayers.entries()) {
      for (let each = 0; each < stayersEach; each++) await load.#stay(protocol, index * stayersEach + each)
    }
    load.#measure()
    await load.#talk()
    void load.#passers()
    return load
  }

  /** Of what was heard since the last call, in ms. */
  latencies(): { readonly p50: number; readonly p99: number } {
    const sorted = this.#latencies.toSorted((one, other) => one - other)
    this.#latencies = []
    const part = (share: number) => sorted[Math.floor(sorted.length * share)] ?? missedMs
    const now = performance.now()
    for (const [text, at] of this.#saidAt) {
      if (now - at < missedMs) continue
      this.#missed++
      this.#saidAt.delete(text)
    }
    return { p50: part(0.5), p99: part(0.99) }
  }

  /** Everybody stops to talk, hears what is left, and leaves. */
  async end() {
    for (const timer of this.#timers) clearInterval(timer)
    this.#ending = true
    const letters = await this.#letters.end()
    await wait(passMs * 2)
    for (const { socket } of this.#clients) socket.destroy()
    this.latencies()
    const missed = this.#missed + this.#saidAt.size
    return { said: this.#said, came: this.#came, missed, dropped: this.#dropped, ...letters }
  }

  async #stay(protocol: (typeof stayers)[number], index: number): Promise<void> {
    const client = new Client(index, this.#server.port(protocol))
    await client.enter(dialects[protocol])
    this.#came++
    client.listener = heartbeatsOnly(client.socket)
    client.socket.on('close', () => {
      if (!this.#ending) this.#dropped++
    })
    this.#clients.push(client)
  }

  /** Everybody says something every other second, one after the other. */
  async #talk(): Promise<void> {
    for (const [index, { name, socket }] of this.#clients.entries()) {
      const protocol = stayers[Math.floor(index / stayersEach)]!
      let number = 0
      const say = () => {
        const text = `${name}-${++number}`
        if (protocol === 'ident') this.#saidAt.set(text, performance.now())
        socket.write(dialects[protocol].message(name, text))
        this.#said++
      }
      await wait(talkMs / this.#clients.length)
      this.#timers.push(setInterval(say, talkMs))
    }
  }

  /** The neighbours of those who use `ident` listen for what these say. */
  #measure(): void {
    for (const [index, client] of this.#clients.slice(0, stayersEach).entries()) {
      const before = this.#clients[(index + stayersEach - 1) % stayersEach]!
      const prefix = `BCST ${before.name} `
      client.listener = wholeLines(client.socket, (bytes, from, to) => {
        const line = bytes.toString('latin1', from, to)
        if (!line.startsWith(prefix)) return
        const text = line.slice(prefix.length)
        const at = this.#saidAt.get(text)
        if (at === undefined) return
        this.#saidAt.delete(text)
        this.#latencies.push(performance.now() - at)
      })
    }
  }

  /** One guest after another comes, says something and leaves. */
  async #passers(): Promise<void> {
    for (let index = 1_000; !this.#ending; index = 1_000 + ((index + 1) % 9_000)) {
      const client = new Client(index, this.#server.port('ident'))
      await client.enter(dialects.ident)
      this.#came++
      client.listener = heartbeatsOnly(client.socket)
      client.socket.write(dialects.ident.message(client.name, 'I only pass'))
      this.#said++
      await wait(passMs)
      client.socket.destroy()
    }
  }
}
