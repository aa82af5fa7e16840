import type { Ability, Presence } from '@parley/core'
import type { Decoded, Session, SessionContext } from '../protocol.ts'
import type { ChatosFrame } from './packets.ts'
import { broadcastReplies, errCodes, signInReplies, tellReplies, type ErrCode } from './replies.ts'
import { Tunnels } from './tunnels.ts'

type Packet<Op> = Extract<ChatosFrame, { op: Op }>

const abilities: ReadonlySet<Ability> = new Set(['tunnels'])

export class ChatosSession implements Session<ChatosFrame> {
  readonly #context: SessionContext<ChatosFrame>
  readonly #tunnels: Tunnels
  #presence: Presence | undefined

  constructor(context: SessionContext<ChatosFrame>) {
    this.#context = context
    this.#tunnels = new Tunnels(context)
  }

  /** The client speaks first. */
  opened(): void {}

  received(item: Decoded<ChatosFrame>): void | Promise<void> {
    if (!item.ok) return this.#context.close() // C-10
    const packet = item.frame
    if (packet.op === 'CR') return this.#cr(packet)
    if (this.#presence) return this.#command(this.#presence, packet)
    if (packet.op === 'TCPAccept' || packet.op === 'TCPConnect') return this.#tunnels.join(packet)
    this.#error('Invalid Pseudonym') // C-3
  }

  closed(): void {
    this.#tunnels.closed()
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
      case 'TCPAsk':
        return this.#tunnels.ask(me, packet)
      case 'TCPAbort':
        return this.#tunnels.abort(me, packet)
      case 'TCPAccept':
      case 'TCPConnect': // C-3
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
      abilities,
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

  #error(code: ErrCode | null): void {
    if (code) this.#context.send({ op: 'ERROR', code: errCodes[code] })
  }
}
