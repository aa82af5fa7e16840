import { commandNamed } from '../kit/commands.ts'
import type { WordLine } from '../kit/words.ts'
import type { Decoded, Farewell, Session, SessionContext, SessionEvent } from '../protocol.ts'
import { commands } from './commands.ts'
import { HeloConnection } from './connection.ts'
import { hearFiles } from './files.ts'
import { hearKeys } from './keys.ts'
import { farewells, softErrs } from './replies.ts'

export class HeloSession implements Session<WordLine> {
  readonly #connection: HeloConnection

  constructor(context: SessionContext<string>) {
    this.#connection = new HeloConnection(context)
  }

  opened(): void {
    this.#connection.send(`HELO Welkom to ${this.#connection.context.serverName}`) // H-1
  }

  received(item: Decoded<WordLine>): void | Promise<void> {
    const connection = this.#connection
    if (!item.ok) {
      return item.problem === 'too-long' ? connection.end('DSCN Unterminated message') : connection.malformed() // H-17
    }
    const command = commandNamed(commands, item.frame.word)
    if (!command) return connection.send(softErrs.unknownCommand)
    if (command.when === 'signed-in' && connection.user === null) return connection.send(softErrs.mustLogIn) // H-17
    const run = command.parse(item.frame.rest)
    return run ? run(connection) : connection.malformed()
  }

  hear(event: SessionEvent): void {
    switch (event.kind) {
      case 'key-requested':
      case 'public-key':
      case 'key-missing':
      case 'session-key':
      case 'sealed-message':
      case 'session-over':
        return hearKeys(this.#connection, event)
      case 'file-offered':
      case 'file-accepted':
      case 'file-ended':
        return hearFiles(this.#connection, event)
      case 'tunnel-asked': // There are no words for tunnels, and no capability.
      case 'tunnel-accepted':
      case 'tunnel-aborted':
      case 'tunnel-established':
      case 'tunnel-refused':
        return
    }
  }

  closed(): void {
    this.#connection.heartbeat.stop()
  }

  farewell(reason: Farewell): void {
    this.#connection.heartbeat.stop()
    this.#connection.send(farewells[reason])
  }
}
