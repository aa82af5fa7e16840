import { parseUserName } from '@parley/core'
import { broadcast, tell } from '../kit/talk.ts'
import { splitWord, type WordLine } from '../kit/words.ts'
import type { IdentConnection } from './connection.ts'
import { isSealed, sendSealed } from './keys.ts'
import { broadcastReplies, tellReplies } from './replies.ts'

/** The OK repeats the text as its sender wrote it (I-16). */
export function bcst(connection: IdentConnection, { rest: text }: WordLine): void | Promise<void> {
  return broadcast(connection.context, text, (said) => {
    if (said.ok) connection.send(`OK BCST ${text}`)
    else connection.fail(broadcastReplies[said.fail])
  })
}

export interface PrivateMessage {
  /** `PM` or `PRIVATE_MESSAGE` (I-3). */
  readonly word: string
  readonly receiver: string
  readonly message: string
}

/** I-4 */
export function readPm({ word, rest }: WordLine): PrivateMessage {
  const { word: receiver, rest: message } = splitWord(rest)
  return { word, receiver, message }
}

/** ident.txt 2 */
export function pm(connection: IdentConnection, said: PrivateMessage): void | Promise<void> {
  const { word, receiver, message } = said
  if (connection.isUser(receiver)) return connection.fail('FAIL08')
  const to = parseUserName(receiver)
  if (!to.ok) return connection.fail('FAIL07')
  if (isSealed(connection, to.value, message)) return sendSealed(connection, said, to.value)
  return tell(connection.context, receiver, message, (told) => {
    if (told.ok) connection.send(`OK ${word} ${receiver} ${message}`)
    else connection.fail(tellReplies[told.fail])
  })
}
