import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { within } from './within.ts'

/** A client of a line protocol, for tests that a transcript cannot write down. */
export class LineClient {
  readonly socket: Socket
  #text = ''
  #waiting: (() => void)[] = []

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1')
      this.#wake()
    })
    socket.on('close', () => this.#wake())
    socket.on('error', () => {})
  }

  static async open(port: number, host = '127.0.0.1'): Promise<LineClient> {
    const socket = connect({ port, host, noDelay: true })
    const client = new LineClient(socket)
    await within(once(socket, 'connect'), 'a connection')
    return client
  }

  /** Everything heard so far. */
  get heard(): string {
    return this.#text
  }

  send(...lines: readonly string[]): void {
    this.socket.write(lines.map((line) => `${line}\n`).join(''))
  }

  /** Resolves once `text` was heard; rejects when the connection ends before that, or after a minute. */
  async hears(text: string): Promise<void> {
    await this.until(() => this.#text.includes(text), text)
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    const isOver = async () => {
      while (!holds()) {
        if (this.socket.closed) throw new Error(`the connection ended before: ${what}`)
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
    }
    await within(isOver(), what)
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await within(once(this.socket, 'close'), 'the end of a connection')
  }

  async close(): Promise<void> {
    this.socket.destroy()
    await this.closed()
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
