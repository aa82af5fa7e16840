import type { Link } from '@parley/core'
import { toBase64 } from '../kit/base64.ts'
import type { ParleyConnection } from './connection.ts'
import { longestChunk } from './features.ts'

/** Bytes that may be sent before the other side gives credit (L-18). */
const firstCredit = 262_144

/** One end of a tunnel: bytes as frames of a connection that has other things to say as well. */
export class TunnelLink implements Link {
  readonly #connection: ParleyConnection
  readonly #tunnel: number
  /** Called once, when neither side says anything any more. */
  readonly #over: (why: 'finished' | 'lost' | null) => void
  #chunks: Uint8Array[] = []
  /** Bytes that the client may send, and that it takes. */
  #mayCome = firstCredit
  #mayGo = firstCredit
  #hasFinished = { client: false, server: false }
  #isOver = false
  #isLost = false
  #wakes: (() => void)[] = []

  constructor(connection: ParleyConnection, tunnel: number, over: (why: 'finished' | 'lost' | null) => void) {
    this.#connection = connection
    this.#tunnel = tunnel
    this.#over = over
  }

  get lost(): boolean {
    return this.#isLost
  }

  get canBeWritten(): boolean {
    return !this.#isOver && !this.#hasFinished.client
  }

  // What the relay does.

  async read(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0 && !this.#hasFinished.client && !this.#isOver) await this.#change()
    const chunk = this.#chunks.shift()
    if (!chunk) return null
    this.#mayCome += chunk.length
    if (!this.#isOver) this.#say('tunnel-credit', { bytes: chunk.length })
    return chunk
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0; at < bytes.length;) {
      while (this.#mayGo === 0 && !this.#isOver) await this.#change()
      if (this.#isOver) return false
      const piece = bytes.subarray(at, at + Math.min(longestChunk, this.#mayGo))
      this.#mayGo -= piece.length
      at += piece.length
      this.#say('tunnel-data', { data: toBase64(piece) })
    }
    return !this.#isOver
  }

  /** What was written is with the connection. */
  flushed(): Promise<boolean> {
    return Promise.resolve(!this.#isOver)
  }

  end(): void {
    if (this.#isOver || this.#hasFinished.server) return
    this.#hasFinished.server = true
    this.#say('tunnel-finish')
    this.#endIfFinished()
  }

  destroy(): void {
    this.#end('lost')
  }

  // What the client does.

  /** False: these are more than it may send. */
  came(bytes: Uint8Array): boolean {
    if (bytes.length > this.#mayCome) return false
    this.#mayCome -= bytes.length
    if (bytes.length > 0) this.#chunks.push(bytes)
    this.#wake()
    return true
  }

  credit(bytes: number): void {
    this.#mayGo = Math.min(firstCredit, this.#mayGo + bytes)
    this.#wake()
  }

  finish(): void {
    this.#hasFinished.client = true
    this.#wake()
    this.#endIfFinished()
  }

  /** The client breaks it off, or is gone. */
  breakOff(): void {
    this.#isLost = true
    this.#end(null)
  }

  #endIfFinished(): void {
    if (this.#hasFinished.client && this.#hasFinished.server) this.#end('finished')
  }

  #end(why: 'finished' | 'lost' | null): void {
    if (this.#isOver) return
    this.#isOver = true
    if (why !== 'finished') this.#chunks = []
    this.#wake()
    this.#over(why)
  }

  #say(event: string, members: object = {}): void {
    this.#connection.event(event, { tunnel: this.#tunnel, ...members })
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wakes.push(resolve))
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake()
  }
}
