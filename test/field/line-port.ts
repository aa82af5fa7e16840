import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

export interface LinePortListener {
  opened(connection: LineConnection): void
  heard(connection: LineConnection, line: string): void
  closed(connection: LineConnection): void
}

export class LineConnection {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  say(line: string): void {
    this.#socket.write(`${line}\n`)
  }

  end(): void {
    this.#socket.end()
  }
}

/** A port of the loopback where lines are heard and said, for scripted servers. */
export class LinePort {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(listener: LinePortListener) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket)
      const connection = new LineConnection(socket)
      let pending = ''
      socket.setEncoding('utf8')
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        listener.closed(connection)
      })
      socket.on('data', (text: string) => {
        const lines = (pending + text).split(/\r\n|\n|\r/)
        pending = lines.pop() ?? ''
        for (const line of lines) listener.heard(connection, line)
      })
      listener.opened(connection)
    })
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}
