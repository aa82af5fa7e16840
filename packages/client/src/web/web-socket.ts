import { encodeText, joinBytes } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import type { Link, Transport, Where } from '../link.ts'

/** Bytes that may wait to be sent before whoever writes is made to wait. */
const mostBuffered = 1_048_576
/** Bytes that may wait to be read. A WebSocket cannot make its far side wait. */
const mostUnread = 67_108_864
/** How often it is looked whether there is room again: a WebSocket does not tell. */
const lookMs = 20
const lineFeed = 0x0a
const utf8 = new TextDecoder()

/**
 * WebSockets, in a browser and in Node. A message is a line of the stream: the line break is put
 * behind what comes, and taken from what goes.
 */
export function webSocket(clock: Clock = systemClock): Transport {
  return {
    connect: (where, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new ChatError('aborted', 'aborted before it was connected'))
        const socket = new WebSocket(addressOf(where))
        socket.binaryType = 'arraybuffer'
        const abort = () => {
          reject(new ChatError('aborted', 'aborted while connecting'))
          socket.close()
        }
        const settled = () => signal?.removeEventListener('abort', abort)
        signal?.addEventListener('abort', abort, { once: true })
        socket.addEventListener('open', () => {
          settled()
          if (!signal?.aborted) resolve(new WebSocketLink(socket, clock))
        })
        // Why it failed is kept from scripts: a page must not look around in its network.
        const failed = () => {
          settled()
          const why = 'nobody listens there, or no WebSocket is let through to this page'
          reject(new ChatError('unreachable', `cannot connect to ${addressOf(where)}: ${why}`))
        }
        socket.addEventListener('error', failed)
        socket.addEventListener('close', failed)
      }),
  }
}

function addressOf({ host, port, tls, path = '/' }: Where): string {
  return `${tls ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`
}

class WebSocketLink implements Link {
  readonly #socket: WebSocket
  readonly #clock: Clock
  readonly #chunks: Uint8Array[] = []
  #unread = 0
  #isClosed = false
  #isOver = false
  #isLost = false
  #unsent: Uint8Array = new Uint8Array(0)
  #wake: (() => void)[] = []

  constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    socket.addEventListener('message', ({ data }) => this.#hear(data))
    socket.addEventListener('close', ({ wasClean }) => {
      this.#isClosed = true
      this.#isLost = !wasClean && !this.#isOver
      this.#wakeAll()
    })
  }

  get lost(): boolean {
    return this.#isLost
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
    const chunk = this.#chunks.shift()
    if (!chunk) return null
    this.#unread -= chunk.length
    return chunk
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (!this.#isOpen()) return false
    const lines = this.#unsent.length === 0 ? bytes : joinBytes(this.#unsent, bytes)
    let from = 0
    for (let end = lines.indexOf(lineFeed); end >= 0; end = lines.indexOf(lineFeed, from)) {
      this.#socket.send(utf8.decode(lines.subarray(from, end)))
      from = end + 1
    }
    this.#unsent = lines.slice(from)
    return this.#drained(mostBuffered)
  }

  flushed(): Promise<boolean> {
    return this.#drained(0)
  }

  end(): void {
    this.#isOver = true
    this.#socket.close()
  }

  destroy(): void {
    this.#isOver = true
    this.#isClosed = true
    this.#chunks.length = 0
    this.#socket.close()
    this.#wakeAll()
  }

  #isOpen(): boolean {
    return !this.#isClosed && this.#socket.readyState === WebSocket.OPEN
  }

  /** Text or bytes, whatever stands in them: a line break inside of JSON means nothing. */
  #hear(data: unknown): void {
    if (this.#isClosed) return
    const message = typeof data === 'string' ? encodeText(data) : new Uint8Array(data as ArrayBuffer)
    const line = new Uint8Array(message.length + 1)
    for (const [at, byte] of message.entries()) line[at] = byte === lineFeed || byte === 0x0d ? 0x20 : byte
    line[message.length] = lineFeed
    this.#chunks.push(line)
    this.#unread += line.length
    if (this.#unread > mostUnread) this.destroy()
    this.#wakeAll()
  }

  async #drained(least: number): Promise<boolean> {
    while (this.#isOpen() && this.#socket.bufferedAmount > least) {
      await new Promise<void>((resolve) => this.#clock.after(lookMs, resolve))
    }
    return this.#isOpen()
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
