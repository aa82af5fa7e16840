import { parseUserName } from '@parley/core'
import { broadcast, tell } from '../kit/talk.ts'
import { splitWord } from '../kit/words.ts'
import type { HeloConnection } from './connection.ts'
import { sealedWords, sendSealed } from './keys.ts'
import { broadcastReplies, softErrs, tellReplies } from './replies.ts'

/** H-15 */
export function readBcst(rest: string): string | null {
  return rest === '' ? null : rest
}

/** helo.txt 7.2 */
export function bcst(connection: HeloConnection, message: string): void | Promise<void> {
  return broadcast(connection.context, message, (said) => {
    connection.send(said.ok ? `+OK BCST ${message}` : broadcastReplies[said.fail])
  })
}

export interface PrivateMessage {
  readonly receiver: string
  readonly message: string
}

/** H-8, H-15: `@<receiver> <message>` */
export function readPm(rest: string): PrivateMessage | null {
  const { word, rest: message } = splitWord(rest)
  return /^@./.test(word) && message !== '' ? { receiver: word.slice(1), message } : null
}

/** helo.txt 7.5. No reply when it went well (H-5). */
export function pm(connection: HeloConnection, { receiver, message }: PrivateMessage): void | Promise<void> {
  if (connection.isUser(receiver)) return connection.send(softErrs.messageToYourself)
  const to = parseUserName(receiver)
  const sealed = to.ok ? sealedWords(connection, to.value, message) : null
  if (to.ok && sealed) return sendSealed(connection, to.value, sealed)
  return tell(connection.context, receiver, message, (told) => {
    if (!told.ok) connection.send(tellReplies[told.fail])
  })
}
