import { conversationKey, conversationOf, type ConversationModel, type Line } from '@parley/client/conversations'
import type { Chat } from '@parley/client'
import { fail, ok, type Result } from '@parley/core'
import { dateText } from '../date-text.ts'

/** Own messages that are listed to choose from. */
const most = 9
/** Characters of each. */
const longest = 60

/** What this user said in a conversation and can take back, the newest first. */
function ownMessages({ lines }: ConversationModel, title: string): readonly Line[] {
  const key = conversationKey(title)
  const isOwn = ({ conversation, mine, seq, isDeleted, kind }: Line) =>
    conversation === key && mine && seq !== undefined && !isDeleted && kind !== 'unsent'
  return lines.filter(isOwn).toReversed()
}

/**
 * Takes back one's own message, by its number in the list that is told where there is none: nothing is
 * deleted by a slip. Returns what to say.
 */
export async function deleteOwn(
  { chat, model }: { readonly chat: Chat; readonly model: ConversationModel },
  title: string,
  number: number | null,
): Promise<Result<string, string>> {
  const own = ownMessages(model, title)
  if (own.length === 0) return fail(`there is nothing of yours here that can be deleted`)
  if (number === null) {
    const rows = own.slice(0, most).map((line, at) => `${at + 1}  ${rowOf(line)}`)
    return ok([...rows, '/delete NUMBER deletes one, for everybody'].join('\n'))
  }
  const line = own[number - 1]
  if (line?.seq === undefined) return fail(`there is no message ${number}; /delete lists yours`)
  await chat.history.delete(line.seq)
  model.history.deleted(conversationOf(title), line.seq)
  return ok(`deleted: ${rowOf(line)}`)
}

function rowOf({ at, text }: Line): string {
  const shown = text.replaceAll('\n', ' ')
  return `${dateText(new Date(at))} ${shown.length > longest ? `${shown.slice(0, longest)}…` : shown}`
}
