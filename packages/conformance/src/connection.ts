import { connect, isIP, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { ConnectionOptions } from 'node:tls'
import type { Notation } from '@parley/protocols'
import type { Alarm } from './alarm.ts'
import { AwakeTime } from './awake.ts'
import type { FieldForms } from './field-form.ts'
import type { Inbox } from './hearing.ts'
import type { Reception } from './reception.ts'
import { siftBytes } from './sieve.ts'
import type { ClientSide } from './target.ts'

const none = new Uint8Array(0)
/** More than any transcript wants to hear, in bytes. What sends more floods, and is cut off. */
const mostReceived = 4 * 1_024 * 1_024
/** P-1 */
const silenceMs = 40
/** Nor does anybody set more lines aside. */
const mostSetAside = 20_000
/** Of what was set aside, the last lines are shown. */
const mostAside = 8

/** Sees every byte of one connection, in each direction in its order. */
export interface Watcher {
  sent(bytes: Uint8Array): void
  received(bytes: Uint8Array): void
}

export interface ConnectionSpec {
  readonly actor: string
  readonly host: string
  readonly port: number
  /** What `connect` of node:tls takes; absent: no TLS. */
  readonly tls?: ConnectionOptions
  readonly notation: Notation
  readonly reception: Reception
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
  readonly fieldForms: FieldForms | undefined
  readonly #reception: Reception
  #firstWritten: Uint8Array = none
  #lastWritten: Uint8Array = none
  /** What bytes go through. The same as `#wire`, or TLS over it. */
  #socket: Socket
  readonly #wire: Socket
  readonly #alarm: Alarm
  readonly #watcher: Watcher | undefined
  #closed: Promise<void>
  readonly #serverPort: number
  readonly #tls: ConnectionOptions | undefined
  #localPort = 0
  #unheard: Uint8Array = none
  /** Bytes of `#unheard` that the sieve has seen. */
  #looked = 0
  #aside: string[] = []
  #silence: NodeJS.Timeout | undefined
  #setAside = 0
  #flooded = false
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
    this.fieldForms = spec.reception.fieldForms
    this.#reception = spec.reception
    this.#wire = connect({ host: spec.host, port: spec.port, noDelay: true, allowHalfOpen: true })
    this.#socket = this.#wire
    this.#closed = new Promise((resolve) => this.#wire.once('close', () => resolve()))
    this.#wire.on('connect', () => (this.#localPort = this.#wire.localPort ?? 0))
    this.#wire.on('error', () => this.#ended('reset'))
    this.#tls = spec.tls && { servername: isIP(spec.host) ? '' : spec.host, ...spec.tls }
    if (!this.#tls) this.#listen()
  }

  /** Resolves to what went wrong, or undefined. */
  async connected(patienceMs: number): Promise<string | undefined> {
    return await new Promise((resolve) => {
      const settle = (problem?: string) => {
        endWaiting()
        resolve(problem)
      }
      const endWaiting = new AwakeTime(patienceMs).passes(() => settle(`no answer within ${patienceMs} ms`))
      this.#wire.once('error', (error) => settle(error.message))
      if (this.#tls) void this.#secure(this.#tls).then(settle)
      else this.#wire.once('connect', () => settle())
    })
  }

  /** Loaded where it is spoken only. */
  async #secure(options: ConnectionOptions): Promise<string | undefined> {
    const { connect: connectTls } = await import('node:tls')
    const secure = connectTls({ ...options, socket: this.#wire })
    this.#socket = secure
    const closed = this.#closed
    this.#closed = new Promise((resolve) => secure.once('close', () => resolve(closed)))
    this.#listen()
    return await new Promise((resolve) => {
      secure.once('secureConnect', () => resolve(undefined))
      secure.once('error', (error) => resolve(`no TLS: ${error.message}`))
      secure.once('close', () => resolve('no TLS: the connection was closed'))
    })
  }

  #listen(): void {
    this.#socket.on('data', (chunk) => this.#hear(chunk))
    this.#socket.on('end', () => this.#ended('end'))
    if (this.#socket !== this.#wire) this.#socket.on('error', () => this.#ended('reset'))
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

  /** The last lines that concerned others on this server. */
  get aside(): readonly string[] {
    return this.#aside
  }

  /** The server sent more than any transcript wants to hear, and was cut off. */
  get flooded(): boolean {
    return this.#flooded
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

  /** The ruling by which the server need not say that. */
  waived(wanted: string): string | undefined {
    return this.#reception.fieldSilence?.({
      wanted,
      first: this.#firstWritten,
      last: this.#lastWritten,
      finished: this.own === 'finished',
    })
  }

  write(bytes: Uint8Array): void {
    this.#watcher?.sent(bytes)
    if (this.#written === 0) this.#firstWritten = bytes
    this.#lastWritten = bytes
    this.#written += bytes.length
    this.#socket.write(bytes)
  }

  take(bytes: number): void {
    this.#unheard = this.#unheard.subarray(bytes)
    this.#looked = Math.max(0, this.#looked - bytes)
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
    this.#wire.resetAndDestroy()
    await this.#closed
  }

  /** Puts the socket away, whatever state it is in. */
  async discard(): Promise<void> {
    this.own = 'gone'
    clearTimeout(this.#silence)
    this.#socket.destroy()
    this.#wire.destroy()
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
    if (this.own === 'gone' || this.#flooded) return
    this.#unheard = this.#unheard.length === 0 ? chunk : Buffer.concat([this.#unheard, chunk])
    if (this.#received > mostReceived) this.#cutOff()
    this.#awaitLineEnd()
    if (this.#sift()) this.#alarm.ring()
  }

  #cutOff(): void {
    this.#flooded = true
    this.#wire.destroy()
  }

  /** P-9: what a server of the field sends in one write is one PDU, with a line end or without. */
  #awaitLineEnd(): void {
    const { missingLineEnd } = this.#reception
    clearTimeout(this.#silence)
    if (!missingLineEnd || this.#unheard.at(-1) === missingLineEnd.at(-1)) return
    this.#silence = setTimeout(() => {
      if (this.#unheard.length === 0 || this.own === 'gone') return
      this.#unheard = Buffer.concat([this.#unheard, missingLineEnd])
      if (this.#sift()) this.#alarm.ring()
    }, silenceMs)
  }

  /** False: nothing is left that concerns this transcript. */
  #sift(): boolean {
    const { sieve } = this.#reception
    if (!sieve) return true
    const before = this.#looked
    const sifted = siftBytes(sieve, this.notation, this.#unheard, before)
    this.#unheard = sifted.bytes
    this.#looked = sifted.looked
    this.#aside = [...this.#aside, ...sifted.aside.slice(-mostAside)].slice(-mostAside)
    this.#setAside += sifted.aside.length
    if (this.#setAside > mostSetAside) this.#cutOff()
    for (const reply of sifted.replies) if (this.own === 'speaking') this.write(reply)
    return sifted.bytes.length > before
  }

  #ended(how: 'end' | 'reset'): void {
    this.#end = how
    if (this.#orphaned) this.#socket.end()
    this.#alarm.ring()
  }
}
