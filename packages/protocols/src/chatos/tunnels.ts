import { parseUserName, type TunnelEvent, type TunnelName, type UserName } from '@parley/core'
import { cutToBytes } from '../kit/text.ts'
import { chatosCodec } from './codec.ts'
import { errorPacket, type ChatosConnection } from './connection.ts'
import type { ChatosFrame, TcpPacket } from './packets.ts'
import { abortReplies, askReplies, joinReplies, type ErrCode } from './replies.ts'
import { maxBytesToClient } from './wire.ts'

/** C-5 */
export function tcpAsk(connection: ChatosConnection, packet: TcpPacket): void | Promise<void> {
  if (packet.sender !== connection.pseudo) return refuse(connection, 'Invalid Pseudonym', packet)
  const to = parseUserName(packet.recipient)
  if (!to.ok) return refuse(connection, askReplies['no-such-user'], packet)
  const code = String(packet.password)
  return connection.context.submit({ do: 'tunnel.ask', to: to.value, code }, (asked) => {
    if (asked.ok) connection.error('OK')
    else refuse(connection, askReplies[asked.fail], packet)
  })
}

/** It is relayed to both, and then OK to the one who aborts (C-7). */
export function tcpAbort(connection: ChatosConnection, packet: TcpPacket): void | Promise<void> {
  return connection.context.submit({ do: 'tunnel.abort', ...nameOf(packet) }, (aborted) => {
    if (!aborted.ok) return connection.error(abortReplies[aborted.fail])
    connection.send(packetOf('TCPAbort', aborted.value))
    connection.error('OK')
  })
}

/** B's new socket (C-8). */
export function tcpAccept(connection: ChatosConnection, packet: TcpPacket): void | Promise<void> {
  return join(connection, 'asked', packet, (refusal) => connection.error(refusal))
}

/** A's new socket (C-8). */
export function tcpConnect(connection: ChatosConnection, packet: TcpPacket): void | Promise<void> {
  return join(connection, 'asker', packet, (refusal) => refuse(connection, refusal, packet))
}

/** Nothing is said on a new socket before both have come. */
function join(
  connection: ChatosConnection,
  side: 'asker' | 'asked',
  packet: TcpPacket,
  refused: (refusal: ErrCode) => void,
): void | Promise<void> {
  const { context } = connection
  const { address } = context
  connection.awaitsOther = true
  return context.submit({ do: 'tunnel.join', side, address, ...nameOf(packet) }, (joined) => {
    if (joined.ok) {
      connection.link = context.detach()
      return
    }
    connection.awaitsOther = false
    refused(joinReplies[joined.fail])
    context.close()
  })
}

export function hearTunnels(connection: ChatosConnection, event: TunnelEvent): void {
  switch (event.kind) {
    case 'tunnel-asked':
      return connection.send(packetOf('TCPAsk', event))
    case 'tunnel-accepted':
      return connection.send(packetOf('TCPAccept', event))
    case 'tunnel-aborted':
      return connection.send(packetOf('TCPAbort', event))
    case 'tunnel-established': {
      const { link, context } = connection
      connection.awaitsOther = false
      if (link === null) return
      // The tunnel's bytes come behind it, because a link keeps the order of what is written.
      void link.write(chatosCodec.encode(errorPacket('OK')))
      return context.tunnels.bring(event, event.side, link)
    }
    case 'tunnel-refused':
      connection.awaitsOther = false
      return connection.link?.destroy()
  }
}

/**
 * The connection has ended. A request that it belonged to is aborted, as there is nobody to be
 * connected to.
 */
export function loseTunnel({ awaitsOther, context }: ChatosConnection): void {
  if (awaitsOther) void context.submit({ do: 'tunnel.lost' }, () => {})
}

function refuse(connection: ChatosConnection, code: ErrCode, { sender, recipient, password }: TcpPacket): void {
  connection.error(code)
  // With the same fields, but for what is too long for a client (C-10).
  connection.send({ op: 'TCPAbort', sender: cut(sender), recipient: cut(recipient), password })
}

function cut(text: string): string {
  return cutToBytes(text, maxBytesToClient)[0]!
}

/** A name that no user can have, because it is reserved. */
const nobody = 'unknown' as UserName

/** C-4: the sender is the asker, whoever of the two sends it. What is no name is nobody's. */
function nameOf({ sender, recipient, password }: TcpPacket): TunnelName {
  const [asker, asked] = [parseUserName(sender), parseUserName(recipient)]
  return {
    asker: asker.ok ? asker.value : nobody,
    asked: asked.ok ? asked.value : nobody,
    code: String(password),
  }
}

function packetOf(op: TcpPacket['op'], { asker, asked, code }: TunnelName): ChatosFrame {
  return { op, sender: asker, recipient: asked, password: Number(code) }
}
