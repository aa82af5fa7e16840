import { broadcast, tell } from '../kit/talk.ts'
import { isBody, textMember } from './body.ts'
import type { JsonConnection } from './connection.ts'
import { accept, broadcastCodes, privateMessageCodes, refuse, toYourself } from './replies.ts'

/** A client in the field sends a bare string (J-2). */
export function readBroadcast(said: unknown): string | null {
  if (typeof said === 'string') return said
  return isBody(said) ? (textMember(said, 'message') ?? '') : null
}

/** Broadcasting alone is fine (J-4). */
export function broadcastReq(connection: JsonConnection, message: string): void | Promise<void> {
  return broadcast(connection.context, message, (said) => {
    connection.send(said.ok ? accept('BROADCAST_RESP') : refuse('BROADCAST_RESP', broadcastCodes[said.fail]))
  })
}

export interface PrivateMessage {
  readonly receiver: string
  readonly message: string
}

export function readPrivateMessage(said: unknown): PrivateMessage | null {
  if (!isBody(said)) return null
  return { receiver: textMember(said, 'receiver') ?? '', message: textMember(said, 'message') ?? '' }
}

export function privateMessageReq(
  connection: JsonConnection,
  { receiver, message }: PrivateMessage,
): void | Promise<void> {
  if (connection.isUser(receiver)) return connection.send(refuse('PRIVATE_MESSAGE_RESP', toYourself))
  return tell(connection.context, receiver, message, (told) => {
    connection.send(
      told.ok ? accept('PRIVATE_MESSAGE_RESP') : refuse('PRIVATE_MESSAGE_RESP', privateMessageCodes[told.fail]),
    )
  })
}
