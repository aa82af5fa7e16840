import { connect, MemoryTrust, PassingMemory, type Chat, type Link, type Transport } from '@parley/client'
import { tcp } from '@parley/client/node'
import { cuttingProxy, type CuttingProxy } from '../cutting-proxy.ts'
import type { GapTally } from './tally.ts'

export interface Heard {
  readonly seq: number
  readonly text: string
}

/** A device that hears, by the client library, over one connection after another. */
export class Listener {
  readonly heard: Heard[] = []
  readonly lost: string[] = []
  readonly violations: string[] = []
  connections = 0
  tooSlow = 0
  readonly #memory = new PassingMemory()
  readonly #proxy: CuttingProxy
  readonly #name: string
  readonly #password: string
  readonly #tally: GapTally
  #cutAt = Infinity
  #isOver = false
  #chat: Chat | undefined
  #gate: Promise<void> = Promise.resolve()
  #open = () => {}

  private constructor(proxy: CuttingProxy, name: string, password: string, tally: GapTally) {
    this.#proxy = proxy
    this.#name = name
    this.#password = password
    this.#tally = tally
  }

  static async open(port: () => number, name: string, password: string, tally: GapTally): Promise<Listener> {
    const proxy = await cuttingProxy(port, () => listener.#pass())
    const listener: Listener = new Listener(proxy, name, password, tally)
    return listener
  }

  /** Listens until it is stopped. `ready` resolves when there is a server. */
  async run(ready: () => Promise<unknown>): Promise<void> {
    while (!this.#isOver) {
      await ready()
      await this.#live().catch(() => {})
    }
    await this.#proxy.close()
  }

  /** At once. False: it was not connected. */
  cut(): boolean {
    return this.#proxy.cut() > 0
  }

  /** Once it has been sent so many bytes more, be they of a sign-in or in the middle of a line. */
  async cutAfter(bytes: number): Promise<void> {
    this.#cutAt = this.#proxy.received + bytes
    await this.#tally.until(() => this.#cutAt === Infinity, 'the connection is cut')
  }

  /** Reads nothing until `read`. */
  stall(): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gate = promise
    this.#open = resolve
  }

  read(): void {
    this.#open()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    this.read()
    await this.#chat?.close()
  }

  #pass(): void {
    if (this.#proxy.received < this.#cutAt) return
    this.#cutAt = Infinity
    this.#proxy.cut()
    this.#tally.changed()
  }

  async #live(): Promise<void> {
    const ended = Promise.withResolvers<void>()
    const prepare = (chat: Chat) => {
      for (const event of ['broadcast', 'private-message', 'group-message'] as const) {
        chat.on(event, ({ text, stamp }) => {
          this.heard.push({ text, seq: stamp?.seq ?? 0 })
          this.#tally.changed()
        })
      }
      chat.on('caught-up', ({ lost }) => this.lost.push(...lost))
      chat.on('protocol-violation', ({ problem }) => this.violations.push(problem))
      chat.on('closed', ({ reason }) => {
        if (/read|slow/.test(reason)) this.tooSlow++
        ended.resolve()
      })
    }
    const { token } = await this.#memory.load()
    this.#chat = await connect(`parley://${this.#name}@127.0.0.1:${this.#proxy.port}`, {
      transport: this.#slowly(tcp()),
      memory: this.#memory,
      trust: new MemoryTrust(),
      password: token === null ? this.#password : undefined,
      device: 'listener',
      reconnect: false,
      sealing: 'off',
      prepare,
    })
    this.connections++
    this.#tally.changed()
    if (this.#isOver) await this.#chat.close()
    await ended.promise
  }

  #slowly(transport: Transport): Transport {
    return {
      connect: async (where, signal) => {
        const link = await transport.connect(where, signal)
        const slow: Link = {
          read: async () => {
            await this.#gate
            return link.read()
          },
          write: (bytes) => link.write(bytes),
          flushed: () => link.flushed(),
          end: () => link.end(),
          destroy: (how) => link.destroy(how),
          get lost() {
            return link.lost
          },
        }
        return slow
      },
    }
  }
}
