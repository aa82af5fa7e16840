import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/**
 * A program that somebody else wrote, at its end of a connection. It does what such programs do, not what the documents ask for: one that cannot make
 * sense of what it hears is `deaf` or `ended`, and shows nothing any more.
 */
export abstract class LinePeer {
  readonly name: string
  /** What its user reads, such as `ann: hello`. */
  readonly shown: string[] = []
  /** Every line that it heard. */
  readonly heard: string[] = []
  state: 'running' | 'deaf' | 'ended' = 'running'
  readonly #socket: Socket
  #text = ''
  #waiting: (() => void)[] = []

  constructor(socket: Socket, name: string) {
    this.name = name
    this.#socket = socket
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => this.#take(text))
    socket.on('close', () => this.#wake())
    socket.on('error', () => {})
  }

  /** Resolves when it has signed in. */
  static async dial<Peer extends LinePeer>(port: number, program: (socket: Socket) => Peer): Promise<Peer> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const peer = program(socket)
    await peer.until(() => peer.isSignedIn, 'it has signed in')
    return peer
  }

  abstract get isSignedIn(): boolean

  protected abstract hear(line: string): void

  protected send(line: string): void {
    this.#socket.write(`${line}\n`)
  }

  /** The thread that reads has died: the program stays, and hears nothing more. */
  protected goDeaf(): void {
    this.state = 'deaf'
  }

  /** The program has fallen over. */
  protected fall(): void {
    this.state = 'ended'
    this.#socket.destroy()
  }

  /** Resolves once its user has read this. Rejects when that cannot happen any more. */
  async reads(line: string): Promise<void> {
    await this.until(() => this.shown.includes(line), `its user reads "${line}"`)
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    while (!holds()) {
      if (this.state !== 'running' || this.#socket.closed) {
        throw new Error(`${this.name} is ${this.state} before ${what}: ${this.heard.slice(-3).join(' | ')}`)
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async close(): Promise<void> {
    this.#socket.destroy()
    if (!this.#socket.closed) await once(this.#socket, 'close')
  }

  #take(text: string): void {
    const lines = (this.#text + text).split('\n')
    this.#text = lines.pop() ?? ''
    for (const line of lines) {
      if (this.state !== 'running') break
      this.heard.push(line)
      this.hear(line)
    }
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
