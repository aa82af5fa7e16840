import { protocols, type Notation } from '@parley/protocols'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { within } from '../within.ts'
import type { Tally } from './tally.ts'
import { words, type Sending } from './words.ts'

/** How long a sign-in may take, on a machine that is busy with many. */
const signInMs = 10_000
const againMs = 20
/** What the protocols say to a name that somebody has. */
const inUse = /^FAIL01\b|^-ERR user already|^LOGIN_RESP .*\b5000\b|^ERROR Pseudo-Unavailable$|"error":"name-taken"/

/** A signed-in client that reads and writes in the notation of its protocol, and answers its heartbeat. */
export class Client {
  readonly #socket: Socket
  readonly #notation: Notation
  readonly #heard: (line: string) => void
  #unread: Uint8Array = new Uint8Array(0)
  #last = ''
  #isExpectedToEnd = false

  private constructor(socket: Socket, notation: Notation, heard: (line: string) => void) {
    this.#socket = socket
    this.#notation = notation
    this.#heard = heard
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', () => {})
  }

  /**
   * `heard` is called with each line behind the welcome. Rejects where the connection ends before that. While the server has
   * not noticed that the connection before is broken, the name is in use, and it is tried again.
   */
  static async signIn(...who: Parameters<typeof Client.attempt>): Promise<Client> {
    for (;;) {
      const client = await Client.attempt(...who)
      if (client) return client
      await wait(againMs)
    }
  }

  /** Undefined: the name is in use. */
  private static async attempt(
    port: number,
    protocol: Sending,
    name: string,
    password: string,
    heard: (line: string) => void,
    tally: Tally,
  ): Promise<Client | undefined> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const closed = once(socket, 'close').then(() => Promise.reject(new Error(`${name} cannot sign in by ${protocol}`)))
    let welcome: (isIn: boolean) => void = () => {}
    const welcomed = new Promise<boolean>((resolve) => (welcome = resolve))
    let isIn = false
    const { notation } = protocols.find((each) => each.name === protocol)!
    const client = new Client(socket, notation, (line) => {
      if (isIn) return heard(line)
      isIn = words[protocol].welcome.test(line)
      if (isIn || inUse.test(line)) welcome(isIn)
    })
    client.say(...words[protocol].signIn(name, password))
    const isWelcome = await within(Promise.race([welcomed, closed]), `${name} signs in by ${protocol}`, signInMs).catch(
      (error: unknown) => {
        closed.catch(() => {})
        socket.destroy()
        throw error
      },
    )
    if (!isWelcome) {
      closed.catch(() => {})
      await client.close()
      return undefined
    }
    closed.catch(() => {
      if (client.#isExpectedToEnd) return
      tally.disconnected(`${name} was disconnected, having heard "${client.#last}" last,`)
    })
    return client
  }

  get isOpen(): boolean {
    return !this.#socket.closed
  }

  say(...lines: readonly string[]): void {
    this.#socket.write(Buffer.concat(lines.map((line) => this.#notation.write(line))))
  }

  async reset(): Promise<void> {
    this.#isExpectedToEnd = true
    this.#socket.resetAndDestroy()
    await this.closed()
  }

  async stall(ms: number): Promise<void> {
    this.#socket.pause()
    await wait(ms)
    this.#socket.resume()
  }

  async close(): Promise<void> {
    this.#socket.destroy()
    await this.closed()
  }

  async closed(): Promise<void> {
    this.#isExpectedToEnd = true
    if (!this.#socket.closed) await within(once(this.#socket, 'close'), 'the end of a connection')
  }

  #read(chunk: Uint8Array): void {
    const { lines, used } = this.#notation.read(Buffer.concat([this.#unread, chunk]))
    this.#unread = Buffer.concat([this.#unread, chunk]).subarray(used)
    for (const line of lines) {
      this.#last = line
      if (line === 'PING') this.say('PONG')
      else this.#heard(line)
    }
  }
}
