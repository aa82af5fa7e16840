import { createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/** One connection of a server that says what a test wants it to. */
export class Visit {
  readonly socket: Socket
  #text = ''
  #wake: (() => void)[] = []

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('utf8')
      this.#wakeAll()
    })
    socket.on('error', () => {})
    socket.on('close', () => this.#wakeAll())
  }

  get heard(): string {
    return this.#text
  }

  say(...lines: readonly string[]): void {
    this.socket.write(lines.map((line) => `${line}\n`).join(''))
  }

  /**
   * Resolves with the groups of the first match; rejects when the connection has ended without one.
   */
  async hears(wanted: RegExp): Promise<readonly string[]> {
    for (;;) {
      const found = wanted.exec(this.#text)
      if (found) return found.slice(1)
      if (this.socket.destroyed) throw new Error(`ended before ${String(wanted)} came, after ${this.#text}`)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  async ended(): Promise<void> {
    while (!this.socket.readableEnded && !this.socket.destroyed) {
      await new Promise<void>((resolve) => this.socket.once('end', resolve).once('close', resolve))
    }
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

/**
 * A server on a free port that runs `script` for each connection, and is gone after the test.
 * Resolves with the port.
 */
export async function scriptedServer(t: TestContext, script: (visit: Visit) => void | Promise<void>): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket)
    void Promise.resolve(script(new Visit(socket))).catch(() => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
