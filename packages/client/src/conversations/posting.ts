import type { Chat } from '../chat.ts'
import { ChatError } from '../chat-error.ts'
import { cleanLine } from '../clean-text.ts'
import type { SealingChoice, Secrecy } from '../features.ts'
import type { Stamp } from '../stamp.ts'
import type { ConversationModel } from './conversation-model.ts'
import { newNonce } from './nonces.ts'
import { TakenStamps } from './taken-stamps.ts'

/**
 * Sends one message to `everybody`, `@user` or `#group`. Rejects with a ChatError when it was not
 * taken. null: nothing can be sealed there.
 */
export async function post(
  chat: Pick<Chat, 'say' | 'tell' | 'groups'>,
  model: Pick<ConversationModel, 'distrusts'>,
  title: string,
  text: string,
  nonce?: string,
  sealing: SealingChoice = 'sealed-if-possible',
): Promise<Secrecy | null> {
  const name = title.slice(1)
  if (title.startsWith('@')) {
    if (model.distrusts(name)) throw new ChatError('key-changed', `the key of ${cleanLine(name)} has changed`)
    return chat.tell(name, text, sealing, { nonce })
  }
  if (title.startsWith('#')) return chat.groups.say(name, text, { nonce, sealing })
  await chat.say(text, { nonce })
  return null
}

/** What was said, and how. */
export interface Posted {
  readonly title: string
  readonly text: string
  readonly secrecy: Secrecy | null
  readonly stamp: Stamp | undefined
}

/** Shows what this user said. */
export function showPosted(model: ConversationModel, me: string, { title, text, secrecy, stamp }: Posted): void {
  const told = { mine: true, stamp }
  if (title.startsWith('@')) model.told(title.slice(1), text, secrecy ?? 'plain', told)
  else if (title.startsWith('#')) {
    model.groupSaid(title.slice(1), me, text, {
      ...told,
      ...(secrecy && { secrecy: secrecy === 'sealed' ? 'sealed' : 'plain' }),
    })
  } else model.broadcast(me, text, told)
}

/** Says something at once, and shows it where it belongs. What has to wait goes by `Outgoing`. */
export class Posting {
  readonly #chat: Chat
  readonly #model: ConversationModel
  readonly #stamps: TakenStamps

  constructor(chat: Chat, model: ConversationModel) {
    this.#chat = chat
    this.#model = model
    this.#stamps = new TakenStamps(chat)
  }

  /** To `everybody`, `@user` or `#group`. Rejects with a ChatError when it was not taken. */
  async say(title: string, text: string, sealing?: SealingChoice): Promise<void> {
    const nonce = newNonce()
    const send = () => post(this.#chat, this.#model, title, text, nonce, sealing)
    const { result: secrecy, stamp } = await this.#stamps.of(nonce, send)
    showPosted(this.#model, this.#chat.me, { title, text, secrecy, stamp })
  }
}
