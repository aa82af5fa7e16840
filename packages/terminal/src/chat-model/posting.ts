import { ChatError, type Chat, type Clock } from '@parley/client'
import { explain } from '../chat-errors.ts'
import { cleanLine } from '../clean-text.ts'
import type { ChatModel } from './chat-model.ts'
import { Outgoing } from './outgoing.ts'
import type { PrivateMessages } from './private-messages.ts'
import type { UnderWay } from './under-way.ts'

export interface PostingParts {
  readonly chat: Chat
  readonly model: ChatModel
  readonly clock: Clock
  readonly underWay: UnderWay
  readonly messages: PrivateMessages
}

/** The messages on their way out of a chat; its model shows what was taken, and why something was not. */
export function outgoingOf(parts: PostingParts): Outgoing {
  const { chat, model, clock, underWay } = parts
  return new Outgoing({
    chat,
    clock,
    underWay,
    now: () => model.now(),
    changed: () => model.touch(),
    send: (title, text) => post(parts, title, text),
    refused: (place, title, error) => {
      const what = place === title ? '' : `not sent to ${cleanLine(title).replace(/^[@#]/, '')}: `
      model.note('error', `${what}${explain(error)}`, place)
    },
  })
}

/** What is said instead of sending something to somebody whose key has changed. */
export function distrusted(user: string): string {
  return `nothing was sent: the key of ${user} has changed; /verify ${user}, and then /accept-key ${user}`
}

async function post({ chat, model, messages }: PostingParts, title: string, text: string): Promise<void> {
  const name = title.slice(1)
  if (title.startsWith('@')) {
    if (model.distrusts(name)) throw new ChatError('refused', distrusted(cleanLine(name)))
    await messages.send(name, text)
  } else if (title.startsWith('#')) {
    await chat.groups.say(name, text)
    model.groupSaid(name, chat.me, text, true)
  } else {
    await chat.say(text)
    model.broadcast(chat.me, text, true)
  }
}
