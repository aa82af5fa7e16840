import { hasForm, keyOf, parseUserName, type KeyEvent, type UserName } from '@parley/core'
import { looksLikeSessionKey } from '../kit/opaque.ts'
import type { HeloConnection } from './connection.ts'
import { publicKeyReplies, sealedReplies } from './replies.ts'

/** Characters of a time stamp, which is given back as it came. */
const longestTimestamp = 64

export interface KeyRequest {
  /** Without the `@`. */
  readonly user: string
  readonly timestamp: string
}

/** helo.txt 7.5: `@<receiver> <timestamp>` */
export function readRequestPublicKey(rest: string): KeyRequest | null {
  const [receiver = '', timestamp = '', ...more] = rest.split(' ')
  if (!isAddress(receiver) || !isTimestamp(timestamp) || more.length > 0) return null
  return { user: receiver.slice(1), timestamp }
}

export function requestPublicKey(connection: HeloConnection, { user, timestamp }: KeyRequest): void | Promise<void> {
  const to = parseUserName(user)
  if (!to.ok) return connection.send(sealedReplies['no-such-user'])
  return connection.context.submit({ do: 'key.request', to: to.value, correlationId: timestamp }, (requested) => {
    if (!requested.ok) connection.send(sealedReplies[requested.fail])
  })
}

export interface KeyAnswer extends KeyRequest {
  readonly key: string
}

/** `@<asker> <key> <timestamp>` */
export function readPublicKey(rest: string): KeyAnswer | null {
  const [asker = '', key = '', timestamp = '', ...more] = rest.split(' ')
  if (!isAddress(asker) || !hasForm('word', key) || !isTimestamp(timestamp) || more.length > 0) return null
  return { user: asker.slice(1), key, timestamp }
}

/**
 * The answer to a request that may be the server's own (X-6, H-16): there is no reply, also when
 * the asker has left.
 */
export function publicKey(connection: HeloConnection, { user, key, timestamp }: KeyAnswer): void | Promise<void> {
  const answering = { by: user, correlationId: timestamp }
  return connection.context.submit({ do: 'key.publish', key, answering }, (published) => {
    const reply = published.ok ? null : publicKeyReplies[published.fail]
    if (reply) connection.send(reply)
  })
}

export interface SealedWords {
  readonly message: string
  /** null: the message is under the session that the two have. */
  readonly sessionKey: string | null
}

/** H-8. The words of a PM that is sealed; null: it is plain text. */
export function sealedWords({ context }: HeloConnection, to: UserName, message: string): SealedWords | null {
  const [word = '', sessionKey, ...more] = message.split(' ')
  if (more.length > 0) return null
  if (sessionKey === undefined) {
    return context.community.keys.haveSession(context.id, to) ? { message: word, sessionKey: null } : null
  }
  return word !== '' && looksLikeSessionKey(sessionKey) ? { message: word, sessionKey } : null
}

/** No reply when it went well (H-5). */
export function sendSealed(connection: HeloConnection, to: UserName, sealed: SealedWords): void | Promise<void> {
  return connection.context.submit({ do: 'sealed.send', to, ...sealed }, (sent) => {
    if (!sent.ok) return connection.send(sealedReplies[sent.fail])
    if (sealed.sessionKey !== null) connection.sessions.set(keyOf(sent.value.to), sealed.sessionKey)
  })
}

export function hearKeys(connection: HeloConnection, event: KeyEvent): void {
  switch (event.kind) {
    case 'key-requested':
      return ask(connection, event.by, event.correlationId)
    case 'public-key':
      return connection.send(`PUBLIC_KEY @${event.user} ${event.key} ${event.correlationId}`)
    case 'key-missing':
      return connection.send(sealedReplies[event.why])
    case 'session-key':
      return // It comes with the next message.
    case 'sealed-message':
      return sealedMessage(connection, event.from, event.message, event.sessionKey)
    case 'session-over':
      return ask(connection, event.with, null) // H-16
  }
}

/** The session key stands behind the message when the client does not have it yet. */
function sealedMessage(connection: HeloConnection, from: UserName, message: string, sessionKey: string | null): void {
  const kept = connection.sessions.get(keyOf(from))
  if (sessionKey === null || kept === sessionKey) return connection.send(`PM ${from} ${message}`)
  if (kept !== undefined) ask(connection, from, null) // H-16: it would ignore the new key
  connection.sessions.set(keyOf(from), sessionKey)
  connection.send(`PM ${from} ${message} ${sessionKey}`)
}

/**
 * A client forgets its session with whoever asks for its key, which is a reason to ask as good as
 * wanting it (H-16).
 */
function ask(connection: HeloConnection, by: UserName, timestamp: string | null): void {
  connection.sessions.delete(keyOf(by))
  connection.send(`REQUEST_PUBLIC_KEY @${by} ${timestamp ?? connection.context.clock.now()}`)
}

function isAddress(word: string): boolean {
  return /^@./.test(word)
}

function isTimestamp(word: string): boolean {
  return hasForm('word', word) && word.length <= longestTimestamp
}
