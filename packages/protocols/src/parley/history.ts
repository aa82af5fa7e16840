import {
  conversationKey,
  parseConversation,
  utf8Bytes,
  type ConversationKey,
  type HistoryPage,
  type HistoryPosition,
  type KeptMessage,
} from '@parley/core'
import type { CatchUpReader, PastMessage } from '../protocol.ts'
import type { Body } from './codec.ts'
import type { ParleyConnection } from './connection.ts'
import type { Exchange } from './exchange.ts'
import { numberMember, optional, textMember } from './members.ts'
import { deleteErrors } from './replies.ts'

/** The most that one reply has, and what it has where nothing is said. */
const page = { most: 200, usual: 50 }
const found = { most: 100, usual: 20 }
/** Bytes of texts and keys in one reply, past which the rest is for the next one. */
const replyBytes = 262_144
/** Characters that are searched for. */
const longestSearch = 200

export interface HistoryRequest {
  readonly of: string
  readonly at: HistoryPosition
  readonly limit: number
}

export function readHistory(body: Body): HistoryRequest | null {
  const of = textMember(body, 'of')
  const limit = readLimit(body, page)
  const at = readPosition(body)
  return of === undefined || limit === null || at === null ? null : { of, at, limit }
}

export async function history(exchange: Exchange, { of, at, limit }: HistoryRequest): Promise<void> {
  const conversation = conversationOf(exchange, of)
  if (conversation === null) return exchange.refuse('no-such-conversation')
  const read = await exchange.connection.context.history.page(conversation, at, limit)
  if (!read.ok) return exchange.refuse(read.fail)
  exchange.accept(cutPage(exchange, read.value, at))
}

export interface SearchRequest {
  readonly text: string
  /** null: everywhere. */
  readonly of: string | null
  readonly before: number | null
  readonly limit: number
}

export function readSearch(body: Body): SearchRequest | null {
  const text = textMember(body, 'text')
  const of = optional(body, 'of', textMember)
  const before = optional(body, 'before', numberMember)
  const limit = readLimit(body, found)
  if (text === undefined || text === '' || text.length > longestSearch) return null
  return !of || !before || limit === null ? null : { text, of: of.value, before: before.value, limit }
}

/** One more than is wanted is read, which tells whether there are more. */
export async function search(exchange: Exchange, { text, of, before, limit }: SearchRequest): Promise<void> {
  const conversation = of === null ? null : conversationOf(exchange, of)
  if (of !== null && conversation === null) return exchange.refuse('no-such-conversation')
  const read = await exchange.connection.context.history.search({ text, of: conversation, before, limit: limit + 1 })
  if (!read.ok) return exchange.refuse(read.fail)
  const messages = fitting(read.value.slice(0, limit), itself)
  exchange.accept({
    messages: messages.map((each) => pastMessage(exchange, each)),
    more: read.value.length > messages.length,
  })
}

/** The number of the last message, below which those lie that are wanted; null: all are. */
export interface ConversationsRequest {
  readonly before: number | null
}

export function readConversations(body: Body): ConversationsRequest | null {
  const before = optional(body, 'before', numberMember)
  return before && { before: before.value }
}

/** The newest first. */
export async function conversations(exchange: Exchange, { before }: ConversationsRequest): Promise<void> {
  const { context } = exchange.connection
  const read = await context.history.conversations()
  if (!read.ok) return exchange.refuse(read.fail)
  const wanted = read.value.filter(({ last }) => before === null || last.seq < before)
  const fit = fitting(wanted, ({ last }) => last)
  const list = fit.map(({ last, unread, mark }) => {
    return { of: nameOf(exchange.connection, last), last: pastMessage(exchange, last), unread, mark }
  })
  exchange.accept({ conversations: list, more: fit.length < wanted.length })
}

export interface ExportRequest {
  readonly after: number
  readonly limit: number
}

export function readExport(body: Body): ExportRequest | null {
  const after = numberMember(body, 'after')
  const limit = readLimit(body, page)
  return after === undefined || limit === null ? null : { after, limit }
}

/** A piece that is empty and not the last one has nothing to say: the next is read at once. */
export async function exportOwn(exchange: Exchange, { after, limit }: ExportRequest): Promise<void> {
  const { history: view } = exchange.connection.context
  for (let from = after; ;) {
    const read = await view.export(from, limit)
    if (!read.ok) return exchange.refuse(read.fail)
    const { messages, upTo, complete } = read.value
    if (messages.length > 0 || complete || upTo <= from) {
      const fit = messages.map((each) => pastMessage(exchange, each))
      return exchange.accept({ messages: fit, more: !complete, upTo })
    }
    from = upTo
  }
}

export function readSeq(body: Body): number | null {
  return numberMember(body, 'seq') ?? null
}

/** L-13 */
export async function deleteMessage(exchange: Exchange, seq: number): Promise<void> {
  const { context } = exchange.connection
  const read = await context.history.message(seq)
  if (!read.ok) return exchange.refuse(read.fail)
  if (!read.value) return exchange.refuse('no-such-message')
  await context.submit({ do: 'message.delete', message: read.value }, (deleted, { seq: place, at }) => {
    if (deleted.ok) exchange.accept({ seq: place, at })
    else exchange.refuse(deleteErrors[deleted.fail])
  })
}

/** What the connection has received leaves the mailbox (L-11). */
export function received(exchange: Exchange, seq: number): void {
  exchange.connection.context.received(seq)
  exchange.accept()
}

/** What was missed, as the events that it would have been (L-12). */
export class CatchUpEvents implements CatchUpReader {
  readonly #connection: ParleyConnection
  /** Whether the client asked for what it missed, and hears when that is over. */
  readonly #isAsked: boolean
  /** What came before the reply to `sign-in`, and is told behind it; null: that was said. */
  #early: (() => void)[] | null = []

  constructor(connection: ParleyConnection, isAsked: boolean) {
    this.#connection = connection
    this.#isAsked = isAsked
  }

  /** The reply to `sign-in` was said. */
  begin(): void {
    const early = this.#early ?? []
    this.#early = null
    for (const tell of early) tell()
  }

  message(message: PastMessage): void {
    this.#tell(() => this.#message(message))
  }

  caughtUp(seq: number, lost: readonly string[]): void {
    if (!this.#isAsked) return
    this.#tell(() => this.#connection.event('caught-up', { seq, ...(lost.length > 0 && { lost }) }))
  }

  #tell(tell: () => void): void {
    if (this.#early) this.#early.push(tell)
    else tell()
  }

  #message(message: PastMessage): void {
    const { seq, at, from, to, target, kept } = message
    if (target !== null) return this.#connection.event('message-deleted', { seq, at, from, to, target })
    this.#connection.event('message', memberOf(this.#connection, message, kept))
  }
}

/** What lies farthest from the number that was asked for is left for the next page. */
function cutPage(exchange: Exchange, { messages, more }: HistoryPage, at: HistoryPosition): Body {
  const isForward = typeof at === 'object' && 'after' in at
  const fit = isForward ? fitting(messages, itself) : fitting(messages.toReversed(), itself).toReversed()
  const isCut = fit.length < messages.length
  return {
    messages: fit.map((each) => pastMessage(exchange, each)),
    more: { before: more.before || (isCut && !isForward), after: more.after || (isCut && isForward) },
  }
}

/** As many of the first ones as one reply may have, and one at least. */
function fitting<T>(all: readonly T[], messageOf: (each: T) => KeptMessage): readonly T[] {
  let bytes = 0
  const cut = all.findIndex((each, at) => {
    const { text, sessionKey } = messageOf(each)
    bytes += utf8Bytes(text) + (sessionKey?.length ?? 0)
    return at > 0 && bytes > replyBytes
  })
  return cut < 0 ? all : all.slice(0, cut)
}

function itself(message: KeptMessage): KeptMessage {
  return message
}

function pastMessage({ connection }: Exchange, message: KeptMessage): Body {
  return memberOf(connection, message, true)
}

/** A nonce is its sender's own business. */
function memberOf(connection: ParleyConnection, message: KeptMessage, kept: boolean): Body {
  const { seq, at, from, to, kind, text, sessionKey, nonce, target } = message
  const head = { seq, at, from, to, kept, ...(nonce !== null && connection.isUser(from) && { nonce }) }
  if (target !== null) return { ...head, target }
  if (kind === 'deleted') return { ...head, deleted: true }
  return kind === 'sealed' ? { ...head, sealed: { message: text, sessionKey } } : { ...head, text }
}

/** A conversation as whoever reads it names it. */
function nameOf(connection: ParleyConnection, { to, from }: KeptMessage): string {
  return to.startsWith('@') && connection.isUser(to.slice(1)) ? `@${from}` : to
}

/** null: the address is that of no conversation. */
function conversationOf({ connection }: Exchange, of: string): ConversationKey | null {
  if (connection.user === null) return null
  const conversation = parseConversation(of)
  return conversation.ok ? conversationKey(conversation.value, connection.user) : null
}

function readLimit(body: Body, { most, usual }: { readonly most: number; readonly usual: number }): number | null {
  const limit = optional(body, 'limit', numberMember)
  if (!limit) return null
  const value = limit.value ?? usual
  return value >= 1 && value <= most ? value : null
}

/** At most one of the three. */
function readPosition(body: Body): HistoryPosition | null {
  const before = optional(body, 'before', numberMember)
  const after = optional(body, 'after', numberMember)
  const around = optional(body, 'around', numberMember)
  if (!before || !after || !around) return null
  const given = [before.value, after.value, around.value].filter((value) => value !== null)
  if (given.length > 1) return null
  if (before.value !== null) return { before: before.value }
  if (after.value !== null) return { after: after.value }
  return around.value === null ? 'end' : { around: around.value }
}
