import { ChatError, type Chat, type PastMessage, type StoredMessage } from '@parley/client'

const pageSize = 200

/** The messages of the mailbox that are no part of the history: they come by themselves. */
export interface Mail {
  readonly messages: readonly StoredMessage[]
  /** Resolves when all of them have come, with the number up to which. */
  readonly end: Promise<number>
}

/** Before the chat connects. */
export function collectMail(chat: Chat): Mail {
  const messages: StoredMessage[] = []
  chat.on('private-message', ({ from, to, text, stamp }) => {
    if (to === undefined && stamp?.kept === false) messages.push(stored(from, text, stamp.at))
  })
  const end = new Promise<number>((resolve, reject) => {
    chat.on('caught-up', ({ seq }) => resolve(seq))
    chat.on('closed', ({ reason }) => reject(new ChatError('closed', reason)))
  })
  // Whoever never looks into it hears why by other means.
  end.catch(() => {})
  return { messages, end }
}

/**
 * What others wrote to this user and no device has: from the mailbox, and from the history where the
 * server keeps it. A conversation is read when a message behind it is asked for, and the mailbox is
 * empty when all was, unless it is to stay.
 */
export async function* unreadMessages(chat: Chat, mail: Mail, keep: boolean): AsyncGenerator<StoredMessage> {
  const end = await mail.end
  // Not what comes from here on.
  yield* mail.messages.slice()
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
  if (!keep) await chat.history.received(end)
}

function storedMessage({ from, body, stamp }: PastMessage, me: string): readonly StoredMessage[] {
  if (from.toLowerCase() === me.toLowerCase()) return []
  if (body.kind !== 'text' && body.kind !== 'unreadable') return []
  const text = body.kind === 'text' ? body.text : `(a sealed message that cannot be read: ${body.reason})`
  return [stored(from, text, stamp.at)]
}

function stored(from: string, text: string, at: number): StoredMessage {
  return { from, text, toAll: false, at: new Date(at) }
}
