import { commandNamed } from '../kit/commands.ts'
import { passOn } from '../kit/hearing.ts'
import type { WordLine } from '../kit/words.ts'
import type { Decoded, Farewell, Session, SessionContext, SessionEvent } from '../protocol.ts'
import { commands } from './commands.ts'
import { IdentConnection } from './connection.ts'
import { hearKeys } from './keys.ts'
import { farewells, type FailLines } from './replies.ts'

export class IdentSession implements Session<WordLine> {
  readonly #connection: IdentConnection

  constructor(context: SessionContext<string>, fails: FailLines) {
    this.#connection = new IdentConnection(context, fails)
  }

  opened(): void {
    this.#connection.send(`INIT Welcome to ${this.#connection.context.serverName}`)
  }

  received(item: Decoded<WordLine>): void | Promise<void> {
    const connection = this.#connection
    if (!item.ok && item.problem === 'too-long') return connection.end('DSCN Unterminated message') // I-10
    const command = item.ok && commandNamed(commands, item.frame.word)
    if (!command) return connection.fail('FAIL00')
    if (command.when === 'signed-in' && connection.user === null) return connection.fail('FAIL03') // I-6
    const run = command.parse(item.frame)
    return run ? run(connection) : connection.fail('FAIL00')
  }

  hear(event: SessionEvent): void {
    passOn(event, {
      keys: (each) => hearKeys(this.#connection, each),
      files: null,
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
