import type { Socket } from 'node:net'
import type { ByteStream, StreamReader } from './byte-stream.ts'

/** A TCP or TLS socket as a byte stream. The only file that binds a connection to a socket. */
export class SocketStream implements ByteStream {
  readonly #socket: Socket
  #reader: StreamReader | undefined
  #received = 0
  /** Our side has been ended: a write behind that would destroy the socket. */
  #isEnding = false

  constructor(socket: Socket) {
    this.#socket = socket
    streams.set(socket, this)
    // One function for all sockets: a closure for each would cost more memory than the connection
    // above it.
    socket.on('data', onData)
    socket.on('end', onEnd)
    socket.on('error', onError)
    socket.on('close', onClose)
  }

  get unsent(): number {
    return this.#socket.destroyed ? 0 : this.#socket.writableLength
  }

  get received(): number {
    return this.#received
  }

  get closed(): boolean {
    return this.#socket.destroyed
  }

  readBy(reader: StreamReader): void {
    this.#reader = reader
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  write(bytes: Uint8Array, taken?: () => void): void {
    if (this.#isEnding || this.#socket.destroyed) return
    if (taken) this.#socket.write(bytes, (error) => error ?? taken())
    else this.#socket.write(bytes)
  }

  end(ended?: () => void): void {
    if (this.#socket.destroyed) return
    this.#isEnding = true
    if (ended && this.#socket.writableFinished) queueMicrotask(() => void (this.#socket.destroyed || ended()))
    else if (ended) this.#socket.once('finish', ended)
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  reset(): void {
    // A socket whose end is under way takes no reset, and would never say that it is closed.
    if ('encrypted' in this.#socket || this.#isEnding) this.#socket.destroy()
    else this.#socket.resetAndDestroy()
  }

  data(chunk: Uint8Array): void {
    this.#received += chunk.length
    this.#reader?.data(chunk)
  }

  ended(): void {
    this.#reader?.ended()
  }

  gone(): void {
    streams.delete(this.#socket)
    const reader = this.#reader
    this.#reader = undefined
    reader?.closed()
  }
}

const streams = new WeakMap<Socket, SocketStream>()

function onData(this: Socket, chunk: Uint8Array): void {
  streams.get(this)?.data(chunk)
}

function onEnd(this: Socket): void {
  streams.get(this)?.ended()
}

/** What broke a connection changes nothing for anybody else, and `close` follows. */
function onError(): void {}

function onClose(this: Socket): void {
  streams.get(this)?.gone()
}
