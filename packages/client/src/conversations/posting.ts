import type { Chat } from '../chat.ts'
import { ChatError } from '../chat-error.ts'
import { cleanLine } from '../clean-text.ts'
import type { Secrecy } from '../features.ts'
import type { Stamp } from '../stamp.ts'
import type { ConversationModel } from './conversation-model.ts'

/** Sends one message to `everybody`, `@user` or `#group`. Rejects with a ChatError when it was not taken. */
export async function post(
  chat: Pick<Chat, 'say' | 'tell' | 'groups'>,
  model: Pick<ConversationModel, 'distrusts'>,
  title: string,
  text: string,
  nonce?: string,
): Promise<Secrecy> {
  const name = title.slice(1)
  if (title.startsWith('@')) {
    if (model.distrusts(name)) throw new ChatError('key-changed', `the key of ${cleanLine(name)} has changed`)
    return chat.tell(name, text, 'sealed-if-possible', { nonce })
  }
  if (title.startsWith('#')) await chat.groups.say(name, text, { nonce })
  else await chat.say(text, { nonce })
  return 'plain'
}

/** Shows what this user said. */
export function showPosted(
  model: ConversationModel,
  me: string,
  {
    title,
    text,
    secrecy,
    stamp,
  }: { readonly title: string; readonly text: string; readonly secrecy: Secrecy; readonly stamp: Stamp | undefined },
): void {
  const told = { mine: true, stamp }
  if (title.startsWith('@')) model.told(title.slice(1), text, secrecy, told)
  else if (title.startsWith('#')) model.groupSaid(title.slice(1), me, text, told)
  else model.broadcast(me, text, told)
}
