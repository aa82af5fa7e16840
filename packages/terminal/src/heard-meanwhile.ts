import type { Chat } from '@parley/client'
import { cleanLine, cleanText, indented, protectionWords } from '@parley/client/conversations'
import type { Streams } from './streams.ts'

/**
 * For commands that came for something else: what waited for this user is delivered at sign-in and then gone from the mailbox, so it is shown on
 * standard error rather than lost. So is whom a group's message does not reach, or why it is not sealed.
 */
export function showHeard(chat: Chat, { errors }: Streams): void {
  chat.on('private-message', ({ from, text }) => {
    errors.write(`note: meanwhile ${cleanLine(from)} wrote to you: ${indented(cleanText(text))}\n`)
  })
  chat.on('group-protection', ({ group, isSealed, without }) => {
    errors.write(`note: in ${cleanLine(group)}, ${protectionWords(isSealed, without)}\n`)
  })
}
