import type { Presence, TunnelEnd, TunnelId } from '@parley/core'
import { cutToBytes } from '../kit/text.ts'
import type { RawLink, SessionContext } from '../protocol.ts'
import { chatosCodec } from './codec.ts'
import type { ChatosFrame, TcpOp } from './packets.ts'
import { abortReplies, askReplies, errCodes, joinReplies, type ErrCode } from './replies.ts'
import { maxBytesToClient } from './wire.ts'

type TcpPacket = Extract<ChatosFrame, { op: TcpOp }>

/** Private connections: what the two users say on their main connections, and the sockets that become the tunnel. */
export class Tunnels {
  readonly #context: SessionContext<ChatosFrame>
  /** This connection, once it is a private socket. */
  #end: TunnelEnd | undefined

  constructor(context: SessionContext<ChatosFrame>) {
    this.#context = context
  }

  /** C-5 */
  ask(me: Presence, packet: TcpPacket): void {
    if (packet.sender !== me.name) return this.#refuse('Invalid Pseudonym', packet)
    const asked = this.#context.core.tunnels.ask(me, packet.recipient, packet.password)
    if (!asked.ok) return this.#refuse(askReplies[asked.fail], packet)
    this.#answer('OK')
  }

  /** C-7 */
  abort(me: Presence, packet: TcpPacket): void {
    const aborted = this.#context.core.tunnels.abort(me, idOf(packet))
    this.#answer(aborted.ok ? 'OK' : abortReplies[aborted.fail])
  }

  /** TCPAccept or TCPConnect on a new socket (C-8). */
  join(packet: TcpPacket): void {
    const { tunnels } = this.#context.core
    const end = this.#makeEnd()
    const id = idOf(packet)
    const joined = packet.op === 'TCPAccept' ? tunnels.accept(id, end) : tunnels.connect(id, end)
    if (joined.ok) return
    this.#answer(joinReplies[joined.fail])
    if (packet.op === 'TCPConnect') this.#context.send(abortOf(packet))
    this.#context.close()
  }

  /** The connection has ended. */
  closed(): void {
    if (this.#end) this.#context.core.tunnels.lost(this.#end)
  }

  #makeEnd(): TunnelEnd {
    let link: RawLink | undefined
    const end: TunnelEnd = {
      address: this.#context.address,
      detach: () => {
        this.#end = end
        return (link = this.#context.detach())
      },
      // The tunnel's bytes come behind it, as a link keeps the order of what is written.
      established: () => void link?.write(chatosCodec.encode(errorOf('OK'))),
    }
    return end
  }

  #refuse(code: ErrCode, packet: TcpPacket): void {
    this.#answer(code)
    this.#context.send(abortOf(packet))
  }

  #answer(code: ErrCode): void {
    this.#context.send(errorOf(code))
  }
}

function idOf({ sender, recipient, password }: TcpPacket): TunnelId {
  return { asker: sender, asked: recipient, number: password }
}

function errorOf(code: ErrCode): ChatosFrame {
  return { op: 'ERROR', code: errCodes[code] }
}

/** With the same fields, but for what is too long for a client (C-10). */
function abortOf({ sender, recipient, password }: TcpPacket): ChatosFrame {
  return { op: 'TCPAbort', sender: cut(sender), recipient: cut(recipient), password }
}

function cut(text: string): string {
  return cutToBytes(text, maxBytesToClient)[0]!
}
