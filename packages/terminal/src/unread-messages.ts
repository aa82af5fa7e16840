import type { Chat, PastMessage, StoredMessage } from '@parley/client'

const pageSize = 200

/**
 * What others wrote to this user and no device has read, where the server keeps it. Each conversation
 * is marked as read when the next message is asked for behind its last one, unless it is to stay.
 */
export async function* unreadMessages(chat: Chat, keep: boolean): AsyncGenerator<StoredMessage> {
  for (const { of, unread, mark } of await chat.history.conversations()) {
    if (!of.startsWith('@') || unread === 0) continue
    let after = mark
    for (let isMore = true; isMore;) {
      const { messages, more } = await chat.history.page(of, { after }, pageSize)
      for (const message of messages) yield* storedMessage(message, chat.me)
      after = messages.at(-1)?.stamp.seq ?? after
      isMore = more.after && messages.length > 0
    }
    if (!keep && after > mark) await chat.history.read(of, after)
  }
}

function storedMessage({ from, body, stamp }: PastMessage, me: string): readonly StoredMessage[] {
  if (from.toLowerCase() === me.toLowerCase()) return []
  if (body.kind !== 'text' && body.kind !== 'unreadable') return []
  const text = body.kind === 'text' ? body.text : `(a sealed message that cannot be read: ${body.reason})`
  return [{ from, text, toAll: false, at: new Date(stamp.at) }]
}
