import type { Notation } from '@parley/protocols'
import type { Socket } from 'node:net'
import { Alarm } from '../alarm.ts'
import { firstFrame, hexOf } from '../frames.ts'

/** P-1 */
const silenceMs = 40
/** A client that sends more than this, in bytes, floods. */
const mostReceived = 4 * 1_024 * 1_024
/** And so does one that says more lines than this. */
const mostLines = 2_000

/** The server's side of a client's connection, line by line. */
export class JudgedConnection {
  readonly alarm = new Alarm()
  readonly #socket: Socket
  readonly #notation: Notation
  readonly #lineEnd: string | undefined
  #pending: Uint8Array = new Uint8Array(0)
  #received = 0
  #lines = 0
  #silence: NodeJS.Timeout | undefined
  #over = false

  constructor(socket: Socket, notation: Notation, lineEnd: string | undefined) {
    this.#socket = socket
    this.#notation = notation
    this.#lineEnd = lineEnd
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#hear(chunk))
    for (const event of ['end', 'close', 'error']) {
      socket.on(event, () => {
        this.#over = true
        this.alarm.ring()
      })
    }
  }

  /** The client has ended its side. */
  get over(): boolean {
    return this.#over
  }

  get floods(): boolean {
    return this.#received > mostReceived || this.#lines > mostLines
  }

  /** What came and is no whole line, as a transcript would write it; undefined: nothing. */
  get rest(): string | undefined {
    return this.#pending.length > 0 ? hexOf(this.#pending) : undefined
  }

  /** The next line, if there is one. */
  next(): string | undefined {
    if (this.floods) return undefined
    const frame = firstFrame(this.#notation, this.#pending)
    if (!frame) return undefined
    this.#pending = this.#pending.subarray(frame.used)
    this.#lines++
    return frame.text
  }

  write(bytes: Uint8Array | string): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    clearTimeout(this.#silence)
    this.#socket.destroy()
  }

  #hear(chunk: Uint8Array): void {
    this.#received += chunk.length
    if (this.floods) {
      this.#socket.destroy()
      return
    }
    this.#pending = Buffer.concat([this.#pending, chunk])
    this.#awaitLineEnd()
    this.alarm.ring()
  }

  #awaitLineEnd(): void {
    const lineEnd = this.#lineEnd
    clearTimeout(this.#silence)
    if (lineEnd === undefined || this.#pending.length === 0) return
    const withLineEnd = () => {
      // P-1: a line feed alone ends what a client sends.
      const text = Buffer.from(this.#pending).toString('latin1').replace(/\r?\n/g, lineEnd)
      this.#pending = Buffer.from(text.endsWith(lineEnd) ? text : text + lineEnd, 'latin1')
      this.alarm.ring()
    }
    if (this.#pending.at(-1) === 0x0a) withLineEnd()
    else this.#silence = setTimeout(withLineEnd, silenceMs)
  }
}
