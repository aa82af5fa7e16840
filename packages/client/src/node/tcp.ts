import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ChatError } from '../chat-error.ts'
import type { Link, Transport, Where } from '../link.ts'

/** Bytes that may wait to be read before the far side is made to wait. */
const readAhead = 262_144
const nothing = new Uint8Array(0)

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to that host',
  ECONNRESET: 'it hung up at once',
}

export interface TcpOptions {
  /** PEM certificates that are trusted beside those of the system. */
  readonly ca?: string
}

/** TCP, and TLS where the URL asks for it. */
export function tcp(options: TcpOptions = {}): Transport {
  return {
    connect: (where, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new ChatError('aborted', 'aborted before it was connected'))
        if (where.path !== undefined) return reject(new ChatError('usage', 'a WebSocket needs another transport'))
        const socket = dial(where, options)
        const abort = () => socket.destroy(new ChatError('aborted', 'aborted while connecting'))
        signal?.addEventListener('abort', abort, { once: true })
        socket.once('error', (error) => {
          signal?.removeEventListener('abort', abort)
          reject(error instanceof ChatError ? error : notConnected(where, error))
        })
        socket.once(where.tls ? 'secureConnect' : 'connect', () => {
          signal?.removeEventListener('abort', abort)
          resolve(new SocketLink(socket))
        })
      }),
  }
}

function dial({ host, port, tls }: Where, { ca }: TcpOptions): Socket {
  const base = { host, port, noDelay: true, allowHalfOpen: true }
  if (!tls) return connectTcp(base)
  // RFC 6066, 3: an address is no server name.
  const servername = isIP(host) === 0 ? host : ''
  return connectTls({ ...base, servername, ...(ca !== undefined && { ca }) })
}

function notConnected({ host, port, tls }: Where, error: NodeJS.ErrnoException): ChatError {
  if (tls && isNoTls(error)) {
    const todo = 'leave out the s behind the protocol, or give the port of its TLS listener'
    return new ChatError('usage', `${host}:${port} speaks no TLS: ${todo}`, { cause: error })
  }
  const why = reasons[error.code ?? ''] ?? error.message
  return new ChatError('unreachable', `cannot connect to ${host}:${port}: ${why}`, { cause: error })
}

/** Something else than TLS came, or the connection ended where TLS should have begun. */
function isNoTls({ code = '', message }: NodeJS.ErrnoException): boolean {
  return code.startsWith('ERR_SSL_') || code === 'EPROTO' || /before secure TLS connection/.test(message)
}

class SocketLink implements Link {
  readonly #socket: Socket
  readonly #chunks: Uint8Array[] = []
  #waiting = 0
  #ended = false
  #closed = false
  #destroyed = false
  #wake: (() => void)[] = []

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk)
      this.#waiting += chunk.length
      if (this.#waiting >= readAhead) socket.pause()
      this.#wakeAll()
    })
    socket.on('end', () => {
      this.#ended = true
      this.#wakeAll()
    })
    socket.on('drain', () => this.#wakeAll())
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#closed = true
      this.#wakeAll()
    })
  }

  get lost(): boolean {
    return this.#closed && !this.#ended && !this.#destroyed
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0 && !this.#ended && !this.#closed) await this.#change()
    const chunk = this.#chunks.shift()
    if (!chunk) return null
    this.#waiting -= chunk.length
    if (this.#waiting < readAhead) this.#socket.resume()
    return chunk
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#closed || this.#socket.destroyed) return false
    if (!this.#socket.write(bytes)) while (this.#socket.writableNeedDrain && !this.#closed) await this.#change()
    return !this.#closed
  }

  flushed(): Promise<boolean> {
    if (this.#closed || this.#socket.destroyed) return Promise.resolve(false)
    return new Promise((resolve) => this.#socket.write(nothing, (error) => resolve(!error)))
  }

  end(): void {
    this.#socket.end()
  }

  destroy(how?: 'broken'): void {
    this.#destroyed = true
    if (how === 'broken' && !('encrypted' in this.#socket)) this.#socket.resetAndDestroy()
    else this.#socket.destroy()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #wakeAll(): void {
    const wake = this.#wake
    this.#wake = []
    for (const each of wake) each()
  }
}
