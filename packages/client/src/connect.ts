import { abilitiesOf, cannot, type Ability } from './abilities.ts'
import { pause } from './back-off.ts'
import { ChatError } from './chat-error.ts'
import type { Chat } from './chat.ts'
import { clientProtocols } from './client-protocols.ts'
import { ConnectedChat } from './connected-chat.ts'
import type { ConnectOptions } from './options.ts'
import { parseChatUrl } from './url.ts'

/**
 * `connect('json://user_1@localhost:1357', { transport })`: resolves when signed in. Rejects with a
 * ChatError: `usage`, `unreachable`, `name-taken`, `name-invalid`, `broken-server`, `aborted`.
 */
export async function connect(url: string, options: ConnectOptions): Promise<Chat> {
  const where = parseChatUrl(url)
  const protocol = clientProtocols.find(({ name }) => name === where.protocol)
  if (!protocol) throw new ChatError('usage', `this client does not speak ${where.protocol}`)
  const chat = new ConnectedChat(where, protocol, options, pause, clientProtocols)
  options.prepare?.(chat)
  await chat.start()
  return chat
}

/** Throws a ChatError of code `cannot` where the protocol has no words for it. */
export function requireAbility(protocol: string, ability: Ability): void {
  const found = clientProtocols.find(({ name }) => name === protocol)
  if (found && !abilitiesOf(found.features).has(ability)) throw cannot(protocol, ability, clientProtocols)
}
