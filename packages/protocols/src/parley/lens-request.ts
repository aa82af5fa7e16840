import {
  parseGroupName,
  parseText,
  parseUserName,
  utf8Bytes,
  type ChatEvent,
  type GroupName,
  type KeptMessage,
  type Stamp,
  type UserName,
} from '@parley/core'
import { encodeText } from '../kit/text.ts'
import type { Rendition } from '../lens-view.ts'
import { encodeFrame, isBody, type Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { dissectParley } from './lens.ts'
import { member, numberMember, textMember } from './members.ts'

/** Bytes of a text that is taken apart. Every protocol's form of it is in one reply. */
const longestText = 4_096

interface Heard {
  readonly event: ChatEvent
  readonly stamp: Stamp
}

/** A number of a message that is kept, or a message as it was heard; undefined: what came is none. */
export type LensRequest = number | (Heard | 'too-long' | undefined)

export function readLens(body: Body): LensRequest | null {
  const seq = numberMember(body, 'seq')
  if (seq !== undefined) return seq
  return heardFrom(member(body, 'message')) ?? null
}

/** Nothing is looked up for a message that was heard: what it is in each protocol follows from it. */
export async function lens(exchange: Exchange, asked: LensRequest): Promise<void> {
  if (typeof asked === 'object') return show(exchange, asked)
  if (typeof asked !== 'number') return exchange.refuse('text-too-long')
  const read = await exchange.connection.context.history.message(asked)
  if (!read.ok) return exchange.refuse(read.fail)
  const message = read.value
  if (!message) return exchange.refuse('no-such-message')
  if (utf8Bytes(message.text) > longestText) return exchange.refuse('text-too-long')
  if (message.kind === 'sealed' && message.to.startsWith('@')) return showSealed(exchange, message)
  const event = eventOf(message)
  if (!event) return exchange.refuse('no-such-message')
  return show(exchange, { event, stamp: message })
}

async function show(exchange: Exchange, { event, stamp: { seq, at } }: Heard): Promise<void> {
  const { context } = exchange.connection
  accept(exchange, await context.lens(event, { seq, at }))
}

/**
 * To the others a sealed message of two people goes in forms that depend on what their connection
 * said before, so only our own is shown.
 */
async function showSealed(exchange: Exchange, message: KeptMessage): Promise<void> {
  const { seq, at, from, to, text, sessionKey } = message
  const sealed = { message: text, sessionKey }
  const frames = dissectParley(
    encodeFrame({ event: 'message', seq, at, from, to, sealed, kept: true }),
    'private-message',
  )
  const { clauses } = await exchange.connection.context.lens({ kind: 'user-left', user: from }, { seq, at })
  accept(exchange, { renditions: [{ protocol: 'parley', form: null, frames }], clauses })
}

function accept(
  exchange: Exchange,
  {
    renditions,
    clauses,
  }: { readonly renditions: readonly Rendition[]; readonly clauses: Readonly<Record<string, string>> },
): void {
  const cited = new Set(renditions.flatMap(({ frames }) => frames.flat().map(({ clause }) => clause)))
  exchange.accept({
    renditions: renditions.map(({ protocol, form, frames }) => {
      return { protocol, ...(form !== null && { form }), frames: frames.map((frame) => frame.map(shown)) }
    }),
    clauses: Object.fromEntries(Array.from(cited, (citation) => [citation, clauses[citation] ?? ''])),
  })
}

/** `hex`: the bytes, where they are not those of the value. */
function shown({ name, value, bytes, clause }: Rendition['frames'][number][number]): Body {
  const isText = equal(encodeText(value), bytes)
  return { name, value, ...(!isText && { hex: hex(bytes) }), clause }
}

/** null: it was deleted. */
function eventOf({ kind, from, to, text, target }: KeptMessage): ChatEvent | null {
  if (target !== null) return { kind: 'message-deleted', seq: target, from, to, kept: true }
  if (kind === 'deleted') return null
  if (kind === 'sealed') {
    return {
      kind: 'sealed-group-message',
      group: to.slice(1) as GroupName,
      from,
      message: text,
      kept: true,
      nonce: null,
    }
  }
  return saidEvent(from, to, text, true)
}

function saidEvent(from: UserName, to: string, text: string, kept: boolean): ChatEvent {
  const said = { from, text, kept, nonce: null }
  if (to === '*') return { kind: 'broadcast', ...said }
  if (to.startsWith('#')) return { kind: 'group-message', group: to.slice(1) as GroupName, ...said }
  return { kind: 'private-message', to: to.slice(1) as UserName, storedAs: null, ...said }
}

/** A message as the event that told it; undefined: it is none. */
function heardFrom(said: unknown): Heard | 'too-long' | undefined {
  if (!isBody(said)) return undefined
  const [seq, at] = [numberMember(said, 'seq'), numberMember(said, 'at')]
  const from = parseUserName(textMember(said, 'from') ?? '')
  const to = textMember(said, 'to') ?? ''
  const text = textMember(said, 'text') ?? ''
  if (seq === undefined || at === undefined || !from.ok || !isAddress(to)) return undefined
  if (utf8Bytes(text) > longestText) return 'too-long'
  const cleaned = parseText(text)
  if (!cleaned.ok) return undefined
  return { event: saidEvent(from.value, to, cleaned.value, said['kept'] === true), stamp: { seq, at } }
}

function isAddress(to: string): boolean {
  if (to === '*') return true
  const name = to.slice(1)
  return to.startsWith('#') ? parseGroupName(name).ok : to.startsWith('@') && parseUserName(name).ok
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
