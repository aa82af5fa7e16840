import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Notation } from '@parley/protocols'
import type { Alarm } from './alarm.ts'
import type { Inbox } from './hearing.ts'
import type { ClientSide } from './target.ts'

const none = new Uint8Array(0)

/** Sees every byte of one connection, in each direction in its order. */
export interface Watcher {
  sent(bytes: Uint8Array): void
  received(bytes: Uint8Array): void
}

export interface ConnectionSpec {
  readonly actor: string
  readonly host: string
  readonly port: number
  readonly notation: Notation
  readonly watcher?: Watcher | undefined
}

/** An actor's socket and what it received. Rings the alarm whenever something came or ended. */
export class Connection implements Inbox {
  readonly actor: string
  readonly notation: Notation
  /** What the actor itself has done: `finished`, it only reads any more; `gone`, not even that. */
  own: 'speaking' | 'finished' | 'gone' = 'speaking'
  /** The end by the server is expected: the transcript says it, or the server went down. */
  endExpected = false
  readonly #socket: Socket
  readonly #alarm: Alarm
  readonly #watcher: Watcher | undefined
  readonly #closed: Promise<void>
  readonly #serverPort: number
  #localPort = 0
  #unheard: Uint8Array = none
  #received = 0
  #written = 0
  #end: 'none' | 'end' | 'reset' = 'none'
  #orphaned = false

  constructor(spec: ConnectionSpec, alarm: Alarm) {
    this.actor = spec.actor
    this.notation = spec.notation
    this.#alarm = alarm
    this.#watcher = spec.watcher
    this.#serverPort = spec.port
    this.#socket = connect({ host: spec.host, port: spec.port, noDelay: true, allowHalfOpen: true })
    this.#closed = new Promise((resolve) => this.#socket.once('close', () => resolve()))
    this.#socket.on('connect', () => (this.#localPort = this.#socket.localPort ?? 0))
    this.#socket.on('data', (chunk) => this.#hear(chunk))
    this.#socket.on('end', () => this.#ended('end'))
    this.#socket.on('error', () => this.#ended('reset'))
  }

  /** Resolves to what went wrong, or undefined. */
  async connected(patienceMs: number): Promise<string | undefined> {
    return await new Promise((resolve) => {
      const settle = (problem?: string) => {
        clearTimeout(timer)
        resolve(problem)
      }
      const timer = setTimeout(() => settle(`no answer within ${patienceMs} ms`), patienceMs)
      this.#socket.once('connect', () => settle())
      this.#socket.once('error', (error) => settle(error.message))
    })
  }

  /** Received, and no line of the transcript was compared with it yet. */
  get unheard(): Uint8Array {
    return this.#unheard
  }

  get over(): boolean {
    return this.#end !== 'none'
  }

  /** Neither side can send anything any more: what the server was sent last may have been lost. */
  get reset(): boolean {
    return this.#end === 'reset'
  }

  /** The server that it was connected to is no more. */
  get orphaned(): boolean {
    return this.#orphaned
  }

  /** Bytes. */
  get received(): number {
    return this.#received
  }

  get side(): ClientSide {
    return {
      clientPort: this.#localPort,
      serverPort: this.#serverPort,
      bytesWritten: this.#written,
      ended: this.own !== 'speaking',
    }
  }

  write(bytes: Uint8Array): void {
    this.#watcher?.sent(bytes)
    this.#written += bytes.length
    this.#socket.write(bytes)
  }

  take(bytes: number): void {
    this.#unheard = this.#unheard.subarray(bytes)
  }

  /** Half-close. */
  finish(): void {
    this.own = 'finished'
    this.#socket.end()
  }

  /**
   * Sends what was written, then the end. A server that takes neither within `patienceMs` is left
   * without.
   */
  async close(patienceMs: number): Promise<void> {
    this.own = 'gone'
    this.#socket.destroySoon()
    const impatience = new AbortController()
    await Promise.race([this.#closed, wait(patienceMs, undefined, { signal: impatience.signal }).catch(() => {})])
    impatience.abort()
    await this.discard()
  }

  async resetNow(): Promise<void> {
    this.own = 'gone'
    this.#socket.resetAndDestroy()
    await this.#closed
  }

  /** Puts the socket away, whatever state it is in. */
  async discard(): Promise<void> {
    this.own = 'gone'
    this.#socket.destroy()
    await this.#closed
  }

  /**
   * Its server goes down: the actor ends when the server does, as a server that stops in good order
   * waits for.
   */
  orphan(): void {
    this.#orphaned = true
    this.endExpected = true
    if (this.over) this.#socket.end()
  }

  #hear(chunk: Uint8Array): void {
    this.#watcher?.received(chunk)
    this.#received += chunk.length
    if (this.own === 'gone') return
    this.#unheard = this.#unheard.length === 0 ? chunk : Buffer.concat([this.#unheard, chunk])
    this.#alarm.ring()
  }

  #ended(how: 'end' | 'reset'): void {
    this.#end = how
    if (this.#orphaned) this.#socket.end()
    this.#alarm.ring()
  }
}
