import { parseGroupName, parseUserName, type KeyEvent, type Stamp } from '@parley/core'
import { userAddressMember, type Address } from './address.ts'
import { isBody, type Body } from './codec.ts'
import type { ParleyConnection } from './connection.ts'
import { Exchange, type RequestId } from './exchange.ts'
import { member, optional, textMember } from './members.ts'
import { addresseeErrors, groupSealErrors, keyPublishErrors, keyRequestErrors, sealedErrors } from './replies.ts'

/** Opaque strings. */
export interface Sealed {
  readonly message: string
  /** null: under the key that the two have. */
  readonly sessionKey: string | null
  /** In a group: to all members who are here, or to none. */
  readonly toAll: boolean
}

/** Of the request `say`. */
export function readSealed(body: Body): Sealed | null {
  const value = member(body, 'sealed')
  if (!isBody(value)) return null
  const message = textMember(value, 'message')
  const sessionKey = optional(value, 'sessionKey', textMember)
  if (message === undefined || !sessionKey) return null
  return { message, sessionKey: sessionKey.value, toAll: member(body, 'toAll') === true }
}

export function readKeyPublish(body: Body): string | null {
  return textMember(body, 'key') || null
}

export function keyPublish(exchange: Exchange, key: string): void | Promise<void> {
  const { connection } = exchange
  const before = connection.publicKey
  // Whoever asks from here on is not given the one before, which would take this one's place again.
  connection.publicKey = key
  return connection.context.submit({ do: 'key.publish', key, answering: null }, (published) => {
    if (published.ok) return exchange.accept()
    connection.publicKey = before
    exchange.refuse(keyPublishErrors[published.fail])
  })
}

/** L-9: whoever has a key has given it already, so the session answers. Without one nobody does. */
function answer({ context, publicKey }: ParleyConnection, by: string, correlationId: string | null): void {
  if (publicKey === null) return
  void context.submit({ do: 'key.publish', key: publicKey, answering: { by, correlationId } }, () => {})
}

export function readKeyRequest(body: Body): string | null {
  return userAddressMember(body, 'of') ?? null
}

/** The reply comes with the key, or when it is known that there is none. */
export function keyRequest(exchange: Exchange, user: string): void | Promise<void> {
  const { id, connection } = exchange
  // What has no name cannot be replied to later.
  if (id === null) return exchange.refuse('malformed')
  const to = parseUserName(user)
  if (!to.ok) return exchange.refuse(addresseeErrors.user)
  const command = { do: 'key.request', to: to.value, correlationId: correlationOf(connection, id) } as const
  return connection.context.submit(command, (requested) => {
    if (!requested.ok) exchange.refuse(keyRequestErrors[requested.fail])
  })
}

export interface SessionKey {
  readonly to: string
  readonly key: string
}

export function readSessionKey(body: Body): SessionKey | null {
  const to = userAddressMember(body, 'to')
  const key = textMember(body, 'key')
  return to === undefined || !key ? null : { to, key }
}

export function sessionKey(exchange: Exchange, said: SessionKey): void | Promise<void> {
  const to = parseUserName(said.to)
  if (!to.ok) return exchange.refuse(addresseeErrors.user)
  const command = { do: 'session-key.send', to: to.value, sessionKey: said.key } as const
  return exchange.connection.context.submit(command, (sent) => {
    if (sent.ok) exchange.accept()
    else exchange.refuse(sealedErrors[sent.fail])
  })
}

/** `say` with `sealed`. The server opens nothing, and turns nothing into plain text. */
export function sendSealed(
  exchange: Exchange,
  address: Address,
  sealed: Sealed,
  nonce: string | null,
): void | Promise<void> {
  if (address.kind === 'group') return sealForGroup(exchange, address.group, sealed, nonce)
  if (address.kind === 'everyone') return exchange.refuse('no-key')
  const to = parseUserName(address.user)
  if (!to.ok) return exchange.refuse(addresseeErrors.user)
  const { message, sessionKey: key } = sealed
  const command = { do: 'sealed.send', to: to.value, message, sessionKey: key, nonce } as const
  return exchange.connection.context.submit(command, (sent, { seq, at }) => {
    if (sent.ok) exchange.accept({ seq, at, kept: sent.value.kept })
    else exchange.refuse(sealedErrors[sent.fail])
  })
}

/** Only the members' devices hear it. Which key it is under is their business. */
function sealForGroup(
  exchange: Exchange,
  name: string,
  { message, toAll }: Sealed,
  nonce: string | null,
): void | Promise<void> {
  const { context } = exchange.connection
  const group = parseGroupName(name)
  if (!group.ok) return exchange.refuse(addresseeErrors.group)
  const command = { do: 'group.seal', group: group.value, message, toAll, nonce } as const
  return context.submit(command, (sealed, { seq, at }) => {
    if (!sealed.ok) {
      const users = sealed.fail === 'members-unreached' ? context.community.groups.unreached(group.value) : []
      return exchange.refuse(groupSealErrors[sealed.fail], users.length > 0 ? { unreached: users } : {})
    }
    const { kept, unreached } = sealed.value
    exchange.accept({ seq, at, kept, ...(unreached.length > 0 && { unreached }) })
  })
}

export function hearKeys(connection: ParleyConnection, event: KeyEvent, { seq, at }: Stamp): void {
  switch (event.kind) {
    case 'key-requested':
      return answer(connection, event.by, event.correlationId)
    case 'public-key': {
      const exchange = exchangeOf(connection, event.correlationId)
      if (exchange) return exchange.accept({ user: event.user, key: event.key })
      // It is told to one connection, and another one of the same user asked.
      return event.correlationId === null ? connection.event('key', { user: event.user, key: event.key }) : undefined
    }
    case 'key-missing':
      return exchangeOf(connection, event.correlationId)?.refuse(event.why)
    case 'session-key':
      return connection.event('session-key', { from: event.from, key: event.sessionKey })
    case 'sealed-message': {
      const { from, to, message, sessionKey: key, kept, nonce } = event
      const sealed = { message, sessionKey: key }
      return connection.event('message', {
        seq,
        at,
        from,
        to: `@${to}`,
        sealed,
        kept,
        ...(nonce !== null && { nonce }),
      })
    }
    case 'session-over':
      return connection.event('session-over', { user: event.with })
  }
}

/** Which request of which connection: all devices of a user hear the answer. */
function correlationOf({ context }: ParleyConnection, id: RequestId): string {
  return `${context.id} ${JSON.stringify(id)}`
}

/** The request that asked; null: it was asked by somebody else, or by nobody. */
function exchangeOf(connection: ParleyConnection, correlationId: string | null): Exchange | null {
  const own = `${connection.context.id} `
  if (correlationId === null || !correlationId.startsWith(own)) return null
  return new Exchange(connection, JSON.parse(correlationId.slice(own.length)) as RequestId)
}
