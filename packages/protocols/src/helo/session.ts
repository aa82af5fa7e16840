import { commandNamed } from '../kit/commands.ts'
import { passOn } from '../kit/hearing.ts'
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
    passOn(event, {
      keys: (each) => hearKeys(this.#connection, each),
      files: (each) => hearFiles(this.#connection, each),
      tunnels: null,
    })
  }

  closed(): void {
    this.#connection.heartbeat.stop()
  }

  farewell(reason: Farewell): void {
    this.#connection.heartbeat.stop()
    this.#connection.send(farewells[reason])
  }
}
