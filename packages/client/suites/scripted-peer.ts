import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** The server's end of one connection, for servers that say what no good server says. */
export class ScriptedPeer {
  readonly socket: Socket
  #heard = ''
  #waiting: (() => void)[] = []

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#heard += chunk.toString('latin1')
      this.#wake()
    })
    socket.on('close', () => this.#wake())
    socket.on('error', () => {})
  }

  /**
   * Resolves once `text` was heard behind what was waited for before, or the connection has ended.
   */
  async hears(text: string): Promise<void> {
    let at = this.#heard.indexOf(text)
    for (; at < 0 && !this.socket.closed; at = this.#heard.indexOf(text)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    if (at >= 0) this.#heard = this.#heard.slice(at + text.length)
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

/** A server on a free port of the loopback that runs `script` with everybody who connects. */
export async function scriptedPeers(script: (peer: ScriptedPeer) => void | Promise<void>) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    void script(new ScriptedPeer(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async (): Promise<void> => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
