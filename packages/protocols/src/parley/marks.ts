import { parseConversation } from '@parley/core'
import type { Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { numberMember, textMember } from './members.ts'
import { markErrors } from './replies.ts'

export interface Mark {
  readonly of: string
  readonly seq: number
}

export function readMark(body: Body): Mark | null {
  const of = textMember(body, 'of')
  const seq = numberMember(body, 'seq')
  return of === undefined || seq === undefined ? null : { of, seq }
}

/** How far the user has read, for all its devices (L-13). */
export async function markRead(exchange: Exchange, { of, seq }: Mark): Promise<void> {
  const { context } = exchange.connection
  const conversation = parseConversation(of)
  if (!conversation.ok) return exchange.refuse(markErrors['no-such-conversation'])
  const command = { do: 'mark.read', conversation: conversation.value, seq } as const
  let readUpTo: number | undefined
  await context.submit(command, (read, { seq: place }) => {
    if (read.ok) readUpTo = Math.min(seq, place)
    else exchange.refuse(markErrors[read.fail])
  })
  if (readUpTo === undefined) return
  // What was read was received, also where it came as history and by no event (L-11).
  if (conversation.value.with === 'user') await context.read(conversation.value, readUpTo)
  exchange.accept()
}
