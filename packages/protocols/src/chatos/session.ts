import type { Command, When } from '../kit/commands.ts'
import { passOn } from '../kit/hearing.ts'
import type { Decoded, Session, SessionContext, SessionEvent } from '../protocol.ts'
import { commands } from './commands.ts'
import { ChatosConnection } from './connection.ts'
import type { ChatosFrame } from './packets.ts'
import { loseTunnel, hearTunnels } from './tunnels.ts'

export class ChatosSession implements Session<ChatosFrame> {
  readonly #connection: ChatosConnection

  constructor(context: SessionContext<ChatosFrame>) {
    this.#connection = new ChatosConnection(context)
  }

  /** The client speaks first. */
  opened(): void {}

  received(item: Decoded<ChatosFrame>): void | Promise<void> {
    const connection = this.#connection
    if (!item.ok) return connection.context.close() // C-10
    // Each row takes the packets of its own operation.
    const { when, parse } = commands[item.frame.op] as Command<When, ChatosConnection, ChatosFrame>
    const isSignedIn = connection.pseudo !== null
    if (when === 'signed-in' && !isSignedIn) return connection.error('Invalid Pseudonym') // C-3
    if (when === 'signed-out' && isSignedIn) return connection.error('TCP Not In Protocole') // C-3
    return parse(item.frame)?.(connection)
  }

  hear(event: SessionEvent): void {
    passOn(event, {
      keys: null,
      files: null,
      tunnels: (each) => hearTunnels(this.#connection, each),
    })
  }

  closed(): void {
    loseTunnel(this.#connection)
  }

  /** C-13: there is none. */
  farewell(): void {}
}
