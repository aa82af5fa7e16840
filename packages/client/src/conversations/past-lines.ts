import type { PastBody, PastMessage } from '../history.ts'
import type { ConversationId } from '../stamp.ts'
import { everybody } from './conversation-list.ts'
import type { LineKind, Protection } from './line.ts'

/** A line before it has its place. */
export interface LineDraft {
  readonly kind: LineKind
  readonly title: string
  readonly from: string | null
  readonly to?: string | null
  readonly text: string
  readonly mine?: boolean
  readonly secrecy?: Protection
  readonly isDeleted?: true
  readonly mayBe?: readonly string[]
}

/** `everybody` of `*`; a user and a group are called the same in both. */
export function titleOf(of: ConversationId): string {
  return of === '*' ? everybody.title : of
}

/** `*` of `everybody`. */
export function conversationOf(title: string): ConversationId {
  return title === everybody.title ? '*' : (title as ConversationId)
}

/** A message of before, as the line that it would have been. */
export function pastLine({ of, from, body }: PastMessage, me: string): LineDraft {
  const mine = from.toLowerCase() === me.toLowerCase()
  const title = titleOf(of)
  const name = of.slice(1)
  const said = saidIn(body, name)
  const isPrivate = of.startsWith('@')
  if (body.kind === 'unreadable') return { ...said, kind: 'warning', title, from: null, mine }
  if (of === '*') return { ...said, kind: 'broadcast', title, from, mine }
  const secrecy: Protection = body.kind === 'text' ? body.secrecy : 'plain'
  if (!isPrivate) return { ...said, kind: 'group', title, from, to: name, mine, secrecy }
  return { ...said, kind: 'private', title, from: mine ? null : from, to: mine ? name : null, mine, secrecy }
}

function saidIn(body: PastBody, user: string): Pick<LineDraft, 'text' | 'isDeleted'> {
  if (body.kind === 'text') return { text: body.text }
  if (body.kind !== 'unreadable') return { text: '', isDeleted: true }
  return { text: `a sealed message of you and ${user} cannot be read: ${body.reason}` }
}
