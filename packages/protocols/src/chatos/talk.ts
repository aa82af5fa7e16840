import { parseText, sameName, type Text } from '@parley/core'
import { broadcast, tell } from '../kit/talk.ts'
import type { ChatosConnection } from './connection.ts'
import type { Packet } from './packets.ts'
import { broadcastReplies, tellReplies } from './replies.ts'
import { privateMessagePackets } from './wire.ts'

/** Send private message (C-2). */
export function spm(connection: ChatosConnection, packet: Packet<'SPM'>): void | Promise<void> {
  const { sender, recipient, message } = packet
  if (sender !== connection.pseudo) return connection.error('Invalid Pseudonym')
  const text = parseText(message)
  return tell(connection.context, recipient, message, (told) => {
    if (told.ok && text.ok && sameName(recipient, sender)) relayToOneself(connection, text.value)
    connection.error(told.ok ? 'OK' : tellReplies[told.fail])
  })
}

/** The relay is ahead of the OK. A guest who writes to itself hears no event. */
function relayToOneself(connection: ChatosConnection, text: Text): void {
  const pseudo = connection.pseudo ?? ''
  for (const packet of privateMessagePackets(pseudo, pseudo, text)) connection.send(packet)
}

/** Send message to all. The sender is told OK ahead of everything that anybody says to it (C-2). */
export function sma(connection: ChatosConnection, { sender, message }: Packet<'SMA'>): void | Promise<void> {
  if (sender !== connection.pseudo) return connection.error('Invalid Pseudonym')
  return broadcast(connection.context, message, (said) =>
    connection.error(said.ok ? 'OK' : broadcastReplies[said.fail]),
  )
}
