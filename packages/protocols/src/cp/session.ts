import { commandNamed } from '../kit/commands.ts'
import type { Decoded, Session, SessionContext } from '../protocol.ts'
import type { CpFrame } from './codec.ts'
import { codes, commands } from './commands.ts'
import { CpConnection, type CpListener } from './connection.ts'
import type { Arrows } from './states.ts'

export class CpSession implements Session<CpFrame> {
  readonly #connection: CpConnection

  constructor(context: SessionContext<string>, listener: CpListener) {
    this.#connection = new CpConnection(context, listener)
  }

  /** The client speaks first. */
  opened(): void {}

  received(item: Decoded<CpFrame>): void | Promise<void> {
    const connection = this.#connection
    if (connection.user === null) connection.context.signOut() // P-11: every command starts the 60 s anew.
    const cannotRead = connection.beyondAscii && !confirmsOrDeclines(item)
    connection.beyondAscii = false
    if (!cannotRead) return this.#take(item)
    connection.alphabet = 'ascii' // P-9
    const isOutOfPlace = connection.state === 'Receiving Message'
    const taken = this.#take(item)
    if (isOutOfPlace && connection.state === 'Receiving Message') connection.giveUp()
    return taken
  }

  /** Private connections, keys and files: the document has words for none of them. */
  hear(): void {}

  overhear(bytes: Uint8Array): void {
    this.#connection.downloads.broadcasts.keep(bytes)
  }

  closed(): void {
    this.#connection.stopWaiting()
  }

  /**
   * The document has no words for an end that the server decides, and nothing is ever sent out of
   * turn (P-6).
   */
  farewell(): void {}

  #take(item: Decoded<CpFrame>): void | Promise<void> {
    const connection = this.#connection
    if (!item.ok) return connection.reply('500')
    const code = commandNamed(codes, item.frame.command)
    const command = code ?? commandNamed(commands, item.frame.command)
    const arrows: Arrows = command?.when ?? {}
    const next = arrows[connection.state]
    if (!command || !next) return code ? undefined : connection.reply('500')
    connection.state = next
    return command.parse(item.frame)?.(connection)
  }
}

/** P-9: what a client says that has read the message. */
function confirmsOrDeclines(item: Decoded<CpFrame>): boolean {
  return item.ok && (item.frame.command === '250' || item.frame.command === '550')
}
