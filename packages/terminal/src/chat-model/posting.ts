import { ChatError, type Chat, type Clock, type Memory } from '@parley/client'
import { cleanLine, Outgoing, post, showPosted, type ConversationModel } from '@parley/client/conversations'
import { explain } from '../chat-errors.ts'
import type { UnderWay } from './under-way.ts'

export interface OutgoingInTerminal {
  readonly chat: Chat
  readonly model: ConversationModel
  readonly clock: Clock
  readonly underWay: UnderWay
  /** Keeps what is unsent for the next start. */
  readonly memory?: Memory | undefined
}

/** The messages on their way out of a chat; its model shows what was taken, and why something was not. */
export function outgoingOf({ chat, model, clock, underWay, memory }: OutgoingInTerminal): Outgoing {
  return new Outgoing({
    chat,
    clock,
    memory,
    underWay: (work, name) => underWay.add(work, name),
    now: () => model.now(),
    changed: () => model.touch(),
    send: async (title, text, nonce) => {
      const name = title.slice(1)
      if (title.startsWith('@') && model.distrusts(name)) {
        throw new ChatError('refused', distrusted(cleanLine(name)))
      }
      return post(chat, model, title, text, nonce)
    },
    sent: (title, text, secrecy, stamp) => showPosted(model, chat.me, { title, text, secrecy, stamp }),
    refused: (place, title, error) => {
      const what = place === title ? '' : `not sent to ${cleanLine(title).replace(/^[@#]/, '')}: `
      model.note('error', `${what}${explain(error)}${plainHint(title, error)}`, place)
    },
  })
}

/** What can be done where a group cannot be sealed for all of its members. */
export function plainHint(title: string, { code }: ChatError): string {
  if (code !== 'not-sealable' || !title.startsWith('#')) return ''
  return ` /group plain ${cleanLine(title.slice(1))} TEXT says it to all of them unsealed.`
}

/** What is said instead of sending something to somebody whose key has changed. */
export function distrusted(user: string): string {
  return `nothing was sent: the key of ${user} has changed; /verify ${user}, and then /accept-key ${user}`
}
