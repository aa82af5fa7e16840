import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * Stands between a client of `ident` and an honest server, and changes what the client is told: what a
 * server can do that wants to.
 */
export class LyingServer {
  /** What becomes of a line for the client. */
  changes: (line: string) => readonly string[] = (line) => [line]
  /** Sealed lines of this user are kept back. */
  keepsFrom: string | null = null
  readonly keptLines: string[] = []
  readonly saidToClient: string[] = []
  readonly saidByClient: string[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #client: Socket | undefined
  #wake: (() => void)[] = []

  private constructor(port: number) {
    this.#server = createServer((client) => this.#join(client, connect(port, '127.0.0.1')))
  }

  static async before(port: number): Promise<LyingServer> {
    const lying = new LyingServer(port)
    lying.#server.listen(0, '127.0.0.1')
    await once(lying.#server, 'listening')
    return lying
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  tell(...lines: readonly string[]): void {
    for (const line of lines) this.#client?.write(`${line}\n`)
  }

  /** Resolves when so many lines are kept back. */
  async kept(lines: number): Promise<void> {
    while (this.keptLines.length < lines) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket, server: Socket): void {
    this.#client = client
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('error', () => {})
      from.on('close', () => to.destroy())
    }
    createInterface({ input: client }).on('line', (line) => {
      this.saidByClient.push(line)
      server.write(`${line}\n`)
    })
    createInterface({ input: server }).on('line', (line) => this.#heard(client, line))
  }

  #heard(client: Socket, line: string): void {
    const [word, from] = line.split(' ')
    if (from === this.keepsFrom && (word === 'NPM' || word === 'PM_SESSIONKEY')) {
      this.keptLines.push(line)
      for (const wake of this.#wake.splice(0)) wake()
      return
    }
    this.saidToClient.push(line)
    for (const said of this.changes(line)) client.write(`${said}\n`)
  }
}
