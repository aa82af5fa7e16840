import type { Body } from '@parley/protocols'
import { CatchingUp } from './catching-up.ts'
import type { ParleyConnection } from './connection.ts'
import { conversationOf, said, type SaidMessage } from './message-form.ts'
import { conversation, list, members, natural, optional, user, Wrong, type Shape } from './shapes.ts'

const deletion = members({ seq: natural, from: user, to: conversation, target: natural })
const end = members({ seq: natural, lost: optional(list(conversation)) })

/** Messages as they come: while catching up, from a mailbox, and live. */
export class ParleyMessages {
  readonly #connection: ParleyConnection
  readonly #catchingUp: CatchingUp
  /** The place of this sign-in: what stands before it was said before. */
  #since = 0
  /** The program has taken it, and the server was not told yet. */
  #toAcknowledge = 0

  constructor(connection: ParleyConnection) {
    this.#connection = connection
    this.#catchingUp = new CatchingUp(connection.context.cursor)
  }

  /** Somebody signed in; `isAll`: without asking for what was missed. */
  begin(seq: number, isAll: boolean): void {
    this.#since = seq
    if (isAll) this.#caughtUp(seq, [])
  }

  /** What this user said here was taken. */
  said(seq: number, kept: boolean): void {
    this.#catchingUp.said(seq, kept)
  }

  /** The program knows of everything up to this number. */
  taken(seq: number, kept: boolean): () => void {
    const counts = kept && this.#catchingUp.isCaughtUp
    return () => {
      if (counts) this.#connection.context.cursor.take(seq)
    }
  }

  hearMessage(event: Body): void {
    const message = this.#read('message', said, event)
    if (!message) return
    const { stamp, to } = message
    const { seq, kept } = stamp
    const toMe = to.startsWith('@') && this.#connection.isMe(to.slice(1))
    const how = this.#catchingUp.hear(seq, { kept, toMe })
    if (how === 'wrong') return this.#connection.violation(`message ${seq} came twice, or out of its order`)
    if (how === 'again') return this.#acknowledge(seq)
    this.#emit(message, () => {
      if (kept) this.#connection.context.cursor.take(seq)
      if (toMe) this.#acknowledge(seq)
    })
  }

  hearDeletion(event: Body): void {
    const deleted = this.#read('message-deleted', deletion, event)
    if (!deleted) return
    const { seq, target } = deleted
    const { context, me } = this.#connection
    if (this.#catchingUp.hear(seq, { kept: true, toMe: false }) === 'wrong') {
      return this.#connection.violation(`deletion ${seq} came twice, or out of its order`)
    }
    const of = conversationOf(deleted, me)
    context.emit('message-deleted', { of, seq: target }, () => context.cursor.take(seq))
  }

  hearEnd(event: Body): void {
    const caughtUp = this.#read('caught-up', end, event)
    if (!caughtUp) return
    if (this.#catchingUp.isCaughtUp) return this.#connection.violation('caught-up came twice')
    this.#caughtUp(caughtUp.seq, caughtUp.lost ?? [])
  }

  #caughtUp(seq: number, lost: readonly ReturnType<typeof conversationOf>[]): void {
    const { context } = this.#connection
    this.#catchingUp.end(seq)
    context.emit('caught-up', { seq, lost }, () => context.cursor.take(seq))
  }

  #emit({ from, to, stamp: given, body }: SaidMessage, taken: () => void): void {
    const { context } = this.#connection
    const isOwn = this.#connection.isMe(from)
    const own = isOwn ? { to: to.slice(1) } : {}
    // Whatever somebody else named it is not for this program to compare.
    const stamp = isOwn ? given : { ...given, nonce: null }
    const stamped = { from, stamp }
    if (body.kind === 'deleted' || body.kind === 'deletion') {
      const of = conversationOf({ from, to }, this.#connection.me)
      if (body.kind === 'deleted') context.emit('message-gone', { from, of, stamp })
      return context.emit('message-deleted', { of, seq: body.kind === 'deletion' ? body.target : stamp.seq }, taken)
    }
    if (body.kind === 'sealed') {
      const { message } = body
      const sessionKey = body.sessionKey ?? (isOwn ? null : (this.#connection.sessionKeys.get(from) ?? null))
      const where = to.startsWith('@') ? own : { group: to.slice(1) }
      const isPast = stamp.seq <= this.#since || (stamp.kept && !this.#catchingUp.isCaughtUp)
      return context.emit('sealed-message', { ...stamped, ...where, message, sessionKey, isPast }, taken)
    }
    const { text } = body
    if (to === '*') return context.emit('broadcast', { ...stamped, text }, taken)
    if (to.startsWith('@')) return context.emit('plain-message', { ...stamped, ...own, text }, taken)
    const secrecy = this.#connection.hello.features.includes('sealed-groups') ? { secrecy: 'plain' as const } : {}
    context.emit('group-message', { group: to.slice(1), mayBe: [], from, text, stamp, ...secrecy }, taken)
  }

  /** One for all that the program takes in the same turn. */
  #acknowledge(seq: number): void {
    if (!this.#connection.context.acknowledges) return
    if (this.#toAcknowledge === 0) queueMicrotask(() => this.#sendAcknowledgement())
    this.#toAcknowledge = Math.max(this.#toAcknowledge, seq)
  }

  #sendAcknowledgement(): void {
    const seq = this.#toAcknowledge
    this.#toAcknowledge = 0
    this.#catchingUp.acknowledge(seq)
    this.#connection.send('received', { seq })
  }

  #read<T>(name: string, shape: Shape<T>, event: Body): T | undefined {
    const read = shape(event)
    if (!(read instanceof Wrong)) return read
    this.#connection.violation(`the event "${name}" is not what the protocol says: ${String(read)}`)
    return undefined
  }
}
