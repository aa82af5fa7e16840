import type { KeptBody, KeptMessage } from '../history.ts'
import type { ConversationId, Stamp } from '../stamp.ts'
import { conversation, flag, members, natural, optional, orNull, text, user, Wrong, type Shape } from './shapes.ts'

const form = members({
  seq: natural,
  at: natural,
  from: user,
  to: conversation,
  kept: flag,
  text: optional(text),
  sealed: optional(members({ message: text, sessionKey: orNull(text) })),
  deleted: optional(flag),
  target: optional(natural),
  nonce: optional(text),
})

/** A message as the wire has it, in events and in the history. */
export interface SaidMessage {
  readonly from: string
  readonly to: ConversationId
  readonly stamp: Stamp
  readonly body: KeptBody
}

export const said: Shape<SaidMessage> = (value) => {
  const read = form(value)
  if (read instanceof Wrong) return read
  const { from, to, seq, at, kept, nonce = null } = read
  const body = bodyOf(read)
  return body instanceof Wrong ? body : { from, to, stamp: { seq, at, kept, nonce }, body }
}

/** The conversation of a message, to the user with this name. */
export function conversationOf({ from, to }: Pick<SaidMessage, 'from' | 'to'>, me: string): ConversationId {
  return to.toLowerCase() === `@${me.toLowerCase()}` ? `@${from}` : to
}

export function keptMessage({ from, to, stamp, body }: SaidMessage, me: string): KeptMessage {
  return { of: conversationOf({ from, to }, me), from, stamp, body }
}

/** A message says one thing: its text, sealed or not, or that it was deleted. */
function bodyOf({ text: plain, sealed, deleted, target }: Exclude<ReturnType<typeof form>, Wrong>): KeptBody | Wrong {
  const bodies: readonly (KeptBody | false | undefined)[] = [
    plain !== undefined && { kind: 'text', text: plain },
    sealed && { kind: 'sealed', ...sealed },
    deleted === true && { kind: 'deleted' },
    target !== undefined && { kind: 'deletion', target },
  ]
  const [body, ...others] = bodies.flatMap((each) => each || [])
  if (body && others.length === 0) return body
  return new Wrong('', 'message: it has one of text, sealed, deleted and target')
}
