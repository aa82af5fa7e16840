import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Address } from './target.ts'

const lineFeed = 0x0a
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * A port of this machine that leads to a WebSocket: a line is a message, in both directions. So what
 * speaks in lines over TCP, such as a transcript, speaks over a WebSocket as well.
 */
export class WebSocketBridge {
  readonly #server: Server
  readonly #url: string
  readonly #sockets = new Set<Socket>()

  private constructor(url: string) {
    this.#url = url
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#join(socket))
  }

  static async listen(url: string): Promise<WebSocketBridge> {
    const bridge = new WebSocketBridge(url)
    bridge.#server.listen(0, '127.0.0.1')
    await once(bridge.#server, 'listening')
    return bridge
  }

  get address(): Address {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port }
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #join(socket: Socket): void {
    this.#sockets.add(socket)
    socket.pause()
    const web = new WebSocket(this.#url)
    let pending: Buffer = Buffer.alloc(0)
    web.addEventListener('open', () => socket.resume())
    web.addEventListener('message', ({ data }) => socket.write(`${String(data)}\n`))
    // It is followed by close, also where nobody could be reached.
    web.addEventListener('error', () => {})
    web.addEventListener('close', () => socket.end())
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      for (let end = pending.indexOf(lineFeed); end >= 0; end = pending.indexOf(lineFeed)) {
        const line = textOf(pending.subarray(0, end))
        pending = pending.subarray(end + 1)
        if (line === undefined) socket.destroy()
        else if (web.readyState === WebSocket.OPEN) web.send(line)
      }
    })
    socket.on('error', () => {})
    socket.on('end', () => web.close())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      web.close()
    })
  }
}

/** Undefined: no text, which a WebSocket cannot carry. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
