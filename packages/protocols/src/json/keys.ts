import { parseUserName, type KeyEvent } from '@parley/core'
import { isBody, textMember, type Body } from './body.ts'
import type { JsonConnection } from './connection.ts'
import { sealedCodes } from './replies.ts'

/** SECURE_MESSAGE_REQ (json.txt 11). The receiver. */
export function readKeyRequest(said: unknown): string | null {
  return isBody(said) ? (textMember(said, 'receiver') ?? '') : null
}

export function keyRequest(connection: JsonConnection, receiver: string): void | Promise<void> {
  const to = parseUserName(receiver)
  if (!to.ok) return refuse(connection, sealedCodes['no-such-user'])
  return connection.context.submit({ do: 'key.request', to: to.value, correlationId: null }, (requested) => {
    if (!requested.ok) refuse(connection, sealedCodes[requested.fail])
  })
}

export interface KeyResponse {
  /** Who asked. */
  readonly sender: string
  readonly publicKey: string
}

/** SECURE_MESSAGE_RES */
export function readKeyResponse(said: unknown): KeyResponse | null {
  if (!isBody(said)) return null
  return { sender: textMember(said, 'sender') ?? '', publicKey: textMember(said, 'publicKey') ?? '' }
}

/**
 * The answer to a request that may be the server's own. No key, or one too long, is no answer
 * (J-17).
 */
export function keyResponse(connection: JsonConnection, { sender, publicKey }: KeyResponse): void | Promise<void> {
  if (publicKey === '') return
  const answering = { by: sender, correlationId: null }
  return connection.context.submit({ do: 'key.publish', key: publicKey, answering }, () => {})
}

export interface SecureMessage {
  readonly body: Body
  /** Undefined: none is named (J-18). */
  readonly receiver: string | undefined
  readonly sessionKey: string
}

/** SECURE_MESSAGE. Which member holds the message depends on the form. */
export function readSecureMessage(said: unknown): SecureMessage | null {
  if (!isBody(said)) return null
  return { body: said, receiver: textMember(said, 'receiver'), sessionKey: textMember(said, 'sessionKey') ?? '' }
}

/** J-18. No reply when it went well. Each message brings its session key, or is refused. */
export function secureMessage(connection: JsonConnection, said: SecureMessage): void | Promise<void> {
  const to = parseUserName(said.receiver ?? lastKeyOwner(connection))
  if (!to.ok) return refuse(connection, sealedCodes['no-such-user'])
  const message = textMember(said.body, connection.form.keys.sealedMember) ?? ''
  const command = { do: 'sealed.send', to: to.value, message, sessionKey: said.sessionKey } as const
  return connection.context.submit(command, (sent) => {
    if (!sent.ok) refuse(connection, sealedCodes[sent.fail])
  })
}

export function hearKeys(connection: JsonConnection, event: KeyEvent): void {
  const { keys } = connection.form
  switch (event.kind) {
    case 'key-requested':
      return connection.send({ header: 'SECURE_MESSAGE_REQ', body: { sender: event.by } })
    case 'public-key':
      connection.lastKeyOf = connection.context.community.users.find(event.user) ?? null
      return connection.send({ header: 'SECURE_MESSAGE_RES', body: keys.publicKey(event) })
    case 'key-missing':
      return refuse(connection, sealedCodes[event.why])
    case 'session-key': // It comes with every message.
    case 'session-over':
      return
    case 'sealed-message':
      return connection.send({ header: 'SECURE_MESSAGE', body: keys.sealedMessage(event) })
  }
}

/** Empty: nobody's key was received, or that user is not here any more. */
function lastKeyOwner({ context, lastKeyOf }: JsonConnection): string {
  const user = lastKeyOf && context.community.users.find(lastKeyOf.name)
  return user && user.since === lastKeyOf?.since ? user.name : ''
}

function refuse(connection: JsonConnection, code: number): void {
  connection.send(connection.form.keys.refusal(code))
}
