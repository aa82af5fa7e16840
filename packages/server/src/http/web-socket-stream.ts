import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { ByteStream, StreamReader } from '../net/byte-stream.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d
const tab = 0x09
const nothing = new Uint8Array(0)
const newline = Uint8Array.of(lineFeed)

/** How long the reader may take for what came before the far side's end. */
const patienceMs = 5_000

/** Close codes of RFC 6455. */
const normal = 1000
const unsupported = 1003
const abnormal = 1006

/**
 * A WebSocket as a byte stream of lines: a message that comes is a line, and a line that is written
 * is a message. So one session serves both transports. What is written has to be whole lines.
 */
export class WebSocketStream implements ByteStream {
  readonly #webSocket: WebSocket
  readonly #socket: Duplex
  #reader: StreamReader | undefined
  #received = 0
  /** Lines that came and that the reader was not given. */
  #lines: Uint8Array[] = []
  #isPaused = false
  #isDelivering = false
  /** Neither side says anything any more. */
  #isOver = false
  /** The far side has ended: `told` once the reader knows. */
  #end: 'open' | 'came' | 'told' = 'open'
  /** Our side has. */
  #isEnding = false
  #isClosed = false

  constructor(webSocket: WebSocket, socket: Duplex) {
    this.#webSocket = webSocket
    this.#socket = socket
    webSocket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) webSocket.close(unsupported, 'text messages only')
      else this.#message(data)
    })
    // A pong for each ping would pile up at a reader that does not read.
    webSocket.on('ping', (data: Buffer) => {
      if (webSocket.bufferedAmount === 0 && webSocket.readyState === webSocket.OPEN) webSocket.pong(data)
    })
    // What broke a connection changes nothing for anybody else, and `close` follows.
    webSocket.on('error', () => {})
    webSocket.on('close', (code) => this.#over(code === abnormal))
  }

  get unsent(): number {
    return this.#isOver ? 0 : this.#webSocket.bufferedAmount
  }

  get received(): number {
    return this.#received
  }

  get closed(): boolean {
    return this.#isClosed
  }

  readBy(reader: StreamReader): void {
    this.#reader = reader
  }

  pause(): void {
    this.#isPaused = true
    this.#webSocket.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#webSocket.resume()
    this.#deliverSoon()
  }

  write(bytes: Uint8Array, taken?: () => void): void {
    if (this.#isEnding || this.#isOver) return
    const told = taken && ((error?: Error | null) => void (error ?? taken()))
    this.#socket.cork()
    let start = 0
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      this.#webSocket.send(bytes.subarray(start, end), { binary: false })
      start = end + 1
    }
    if (told) this.#socket.write(nothing, told)
    this.#socket.uncork()
  }

  end(ended?: () => void): void {
    if (this.#isClosed || this.#isEnding) return
    this.#isEnding = true
    if (this.#isOver) {
      queueMicrotask(() => this.#close())
      return
    }
    this.#webSocket.close(normal)
    if (ended) this.#socket.write(nothing, (error) => void (error ?? ended()))
  }

  destroy(): void {
    this.#webSocket.terminate()
    if (this.#isOver) queueMicrotask(() => this.#close())
  }

  /** A close frame is what an end in order looks like, and none is sent. */
  reset(): void {
    this.destroy()
  }

  #message(data: Uint8Array): void {
    this.#received += data.length
    this.#lines.push(lineOf(data), newline)
    this.#deliverSoon()
  }

  /** Messages that come in one piece are handed on in one piece. */
  #deliverSoon(): void {
    if (this.#isDelivering) return
    this.#isDelivering = true
    queueMicrotask(() => {
      this.#isDelivering = false
      this.#deliver()
    })
  }

  #deliver(): void {
    if (this.#isPaused || this.#isClosed) return
    if (this.#lines.length > 0) {
      const lines = Buffer.concat(this.#lines)
      this.#lines = []
      this.#reader?.data(lines)
    }
    // The reader may have paused by now, and then the end waits with the rest.
    if (this.#end !== 'came' || this.#isPaused) return
    this.#end = 'told'
    this.#reader?.ended()
  }

  /**
   * The socket is gone. After an end in order the reader still handles what came before it, and then
   * ends its own side.
   */
  #over(isBroken: boolean): void {
    this.#isOver = true
    if (isBroken || this.#isEnding) return this.#close()
    this.#end = 'came'
    this.#deliverSoon()
    // A reader that waits for its replies to be read would wait for ever.
    setTimeout(() => this.#close(), patienceMs).unref()
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#lines = []
    const reader = this.#reader
    this.#reader = undefined
    reader?.closed()
  }
}

/**
 * Line breaks between the parts of a message would end the line. As tabs they mean the same there,
 * and are as wrong as before inside a string.
 */
function lineOf(message: Uint8Array): Uint8Array {
  if (message.indexOf(lineFeed) < 0 && message.indexOf(carriageReturn) < 0) return message
  return message.map((byte) => (byte === lineFeed || byte === carriageReturn ? tab : byte))
}
