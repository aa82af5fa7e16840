import { fromBase64, toBase64 } from '@parley/protocols'
import type { Link } from '../link.ts'
import type { ParleyConnection } from './connection.ts'

/** Bytes that may be sent before the other side gives credit. */
const firstCredit = 262_144

/** The bytes of a tunnel, as the plain connection that they are to its two ends. */
export class TunnelLink implements Link {
  readonly #id: number
  readonly #connection: ParleyConnection
  readonly #chunks: Uint8Array[] = []
  /** Bytes that may still be sent, and received. */
  #mayGo = firstCredit
  #mayCome = firstCredit
  #isFinishedHere = false
  #isFinishedThere = false
  #isOver = false
  #isLost = false
  #wake: (() => void)[] = []

  constructor(id: number, connection: ParleyConnection) {
    this.#id = id
    this.#connection = connection
  }

  get lost(): boolean {
    return this.#isLost
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0 && !this.#isFinishedThere && !this.#isOver) await this.#change()
    const chunk = this.#chunks.shift()
    if (!chunk) return null
    this.#mayCome += chunk.length
    if (!this.#isOver) this.#connection.send('tunnel-credit', { tunnel: this.#id, bytes: chunk.length })
    return chunk
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    const { chunk: longest } = this.#connection.hello.limits
    for (let at = 0; at < bytes.length;) {
      while (this.#mayGo === 0 && !this.#isOver) await this.#change()
      if (this.#isOver || this.#isFinishedHere) return false
      const piece = bytes.subarray(at, at + Math.min(longest, this.#mayGo))
      this.#mayGo -= piece.length
      at += piece.length
      this.#connection.send('tunnel-data', { tunnel: this.#id, data: toBase64(piece) })
    }
    return !this.#isOver
  }

  /** Nothing waits here: what was written is with the connection. */
  async flushed(): Promise<boolean> {
    return !this.#isOver
  }

  end(): void {
    if (this.#isFinishedHere || this.#isOver) return
    this.#isFinishedHere = true
    this.#connection.send('tunnel-finish', { tunnel: this.#id })
  }

  destroy(): void {
    this.#chunks.length = 0
    if (this.#isOver) return
    this.over(false)
    this.#connection.request('tunnel-close', { tunnel: this.#id }, () => null).catch(() => {})
  }

  /** False: it is no base64, or more than was allowed. */
  hear(data: string): boolean {
    const bytes = fromBase64(data)
    if (!bytes || bytes.length > this.#mayCome || this.#isFinishedThere) return false
    this.#mayCome -= bytes.length
    if (bytes.length > 0) this.#chunks.push(bytes)
    this.#wakeAll()
    return true
  }

  credit(bytes: number): void {
    this.#mayGo = Math.min(this.#mayGo + bytes, firstCredit)
    this.#wakeAll()
  }

  finished(): void {
    this.#isFinishedThere = true
    this.#wakeAll()
  }

  /** `isLost`: before the other side had said all. */
  over(isLost: boolean): void {
    this.#isLost ||= isLost && !this.#isFinishedThere
    this.#isOver = true
    this.#wakeAll()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
