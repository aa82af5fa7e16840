import type { Presence } from '@parley/core'
import { cutToBytes } from '../kit/text.ts'
import type { Decoded, Session, SessionContext } from '../protocol.ts'
import type { ChatosFrame, TcpOp } from './packets.ts'
import { broadcastReplies, errCodes, signInReplies, tellReplies, type ErrCode } from './replies.ts'
import { maxBytesToClient } from './wire.ts'

type Packet<Op> = Extract<ChatosFrame, { op: Op }>
type TcpPacket = Packet<TcpOp>

export class ChatosSession implements Session<ChatosFrame> {
  readonly #context: SessionContext<ChatosFrame>
  #presence: Presence | undefined

  constructor(context: SessionContext<ChatosFrame>) {
    this.#context = context
  }

  /** The client speaks first. */
  opened(): void {}

  received(item: Decoded<ChatosFrame>): void | Promise<void> {
    if (!item.ok) return this.#context.close() // C-10
    const packet = item.frame
    if (packet.op === 'CR') return this.#cr(packet)
    if (this.#presence) return this.#command(this.#presence, packet)
    if (packet.op === 'TCPAccept' || packet.op === 'TCPConnect') return this.#privateSocket(packet)
    this.#error('Invalid Pseudonym') // C-3
  }

  closed(): void {
    if (this.#presence) this.#context.core.users.signOut(this.#presence)
  }

  /** C-13: there is none. */
  farewell(): void {}

  #command(me: Presence, packet: Exclude<ChatosFrame, Packet<'CR'>>): void | Promise<void> {
    switch (packet.op) {
      case 'SPM':
        return this.#spm(me, packet)
      case 'SMA':
        return this.#sma(me, packet)
      case 'TCPAccept':
      case 'TCPConnect': // C-3
      case 'TCPAsk':
      case 'TCPAbort': // Private connections are not spoken yet: no request can be running.
        return this.#error('TCP Not In Protocole')
      case 'ERROR':
        return // C-3
    }
  }

  /** C-1, C-6 */
  async #cr({ pseudo }: Packet<'CR'>): Promise<void> {
    if (this.#presence) return
    const signedIn = await this.#context.core.users.signIn({
      name: pseudo,
      address: this.#context.address,
      subscriber: this.#context.subscriber,
      guests: true,
      exclusive: true,
      welcome: () => this.#error('OK'),
    })
    if (!signedIn.ok) return this.#error(signInReplies[signedIn.fail])
    this.#presence = signedIn.value
    this.#context.signedIn(signedIn.value.name)
  }

  /** C-2 */
  async #spm(me: Presence, { sender, recipient, message }: Packet<'SPM'>): Promise<void> {
    if (sender !== me.name) return this.#error('Invalid Pseudonym')
    const told = await this.#context.core.talk.tell(me, recipient, message)
    this.#error(told.ok ? 'OK' : tellReplies[told.fail])
  }

  /** The OK is queued in the same turn as the relay, so it is ahead of all that anybody says to the relay (C-2). */
  #sma(me: Presence, { sender, message }: Packet<'SMA'>): void {
    if (sender !== me.name) return this.#error('Invalid Pseudonym')
    const said = this.#context.core.talk.broadcast(me, message)
    this.#error(said.ok ? 'OK' : broadcastReplies[said.fail])
  }

  /** A new socket of somebody, for a request that is not running (C-8). */
  #privateSocket(packet: TcpPacket): void {
    this.#error('TCP Not In Protocole')
    if (packet.op === 'TCPConnect') this.#context.send(abortOf(packet))
    this.#context.close()
  }

  #error(code: ErrCode | null): void {
    if (code) this.#context.send({ op: 'ERROR', code: errCodes[code] })
  }
}

/** With the same fields, but for what is too long for a client (C-10). */
function abortOf({ sender, recipient, password }: TcpPacket): ChatosFrame {
  return { op: 'TCPAbort', sender: cut(sender), recipient: cut(recipient), password }
}

function cut(text: string): string {
  return cutToBytes(text, maxBytesToClient)[0]!
}
