import { hasForm, keyOf, parseUserName, type KeyEvent, type UserName } from '@parley/core'
import { looksSealed } from '../kit/opaque.ts'
import { splitWord, type WordLine } from '../kit/words.ts'
import type { IdentConnection } from './connection.ts'
import { sealedReplies } from './replies.ts'

export interface SessionKey {
  readonly receiver: string
  readonly key: string
}

/** I-12: the key is one word. */
export function readPmPubkey({ rest: key }: WordLine): string | null {
  return hasForm('word', key) ? key : null
}

/** No reply when it went well, here and for the session key. */
export function pmPubkey(connection: IdentConnection, key: string): void | Promise<void> {
  return connection.context.submit({ do: 'key.publish', key, answering: null }, (published) => {
    if (!published.ok) connection.fail(sealedReplies[published.fail])
  })
}

/** I-11 */
export function readPmSessionkey({ rest }: WordLine): SessionKey | null {
  const { word: receiver, rest: key } = splitWord(rest)
  return receiver !== '' && hasForm('word', key) ? { receiver, key } : null
}

export function pmSessionkey(connection: IdentConnection, { receiver, key }: SessionKey): void | Promise<void> {
  const to = parseUserName(receiver)
  if (!to.ok) return connection.fail('FAIL07')
  return connection.context.submit({ do: 'session-key.send', to: to.value, sessionKey: key }, (sent) => {
    if (sent.ok) connection.sessionKeys.set(keyOf(sent.value), key)
    else connection.fail(sealedReplies[sent.fail])
  })
}

/** I-14: nothing on the wire says so. */
export function isSealed({ context }: IdentConnection, to: UserName, message: string): boolean {
  const { keys } = context.community
  return keys.haveSession(context.id, to) || (keys.hasPublished(context.id) && looksSealed(message))
}

/** A private message that is sealed goes under the session key that the two have. */
export function sendSealed(
  connection: IdentConnection,
  { word, receiver, message }: { readonly word: string; readonly receiver: string; readonly message: string },
  to: UserName,
): void | Promise<void> {
  return connection.context.submit({ do: 'sealed.send', to, message, sessionKey: null }, (sent) => {
    if (!sent.ok) return connection.fail(sealedReplies[sent.fail])
    if (word === 'PRIVATE_MESSAGE') connection.sealedWord = 'RECEIVE_PRIVATE_MSG' // I-3
    connection.send(`OK ${word} ${receiver} ${message}`)
  })
}

export function hearKeys(connection: IdentConnection, event: KeyEvent): void {
  switch (event.kind) {
    case 'key-requested': // A client gives its key unasked, or not at all.
    case 'key-missing':
      return
    case 'public-key':
      return connection.context.sendAtPace(`PM_PUBKEY ${event.user} ${event.key}`)
    case 'session-key':
      return handOn(connection, event.from, event.sessionKey)
    case 'sealed-message':
      handOn(connection, event.from, event.sessionKey)
      return connection.send(`${connection.sealedWord} ${event.from} ${event.message}`)
    case 'session-over':
      return connection.sessionKeys.delete(keyOf(event.with))
  }
}

/** Ahead of the message that needs it (I-11), and only where it differs from the last one. */
function handOn(connection: IdentConnection, from: UserName, sessionKey: string | null): void {
  if (sessionKey === null || connection.sessionKeys.get(keyOf(from)) === sessionKey) return
  connection.sessionKeys.set(keyOf(from), sessionKey)
  connection.send(`PM_SESSIONKEY ${from} ${sessionKey}`)
}
