import { commandNamed } from '../kit/commands.ts'
import { passOn } from '../kit/hearing.ts'
import type { Decoded, Farewell, Session, SessionContext, SessionEvent } from '../protocol.ts'
import type { JsonFrame, JsonMessage } from './codec.ts'
import { commands } from './commands.ts'
import { JsonConnection } from './connection.ts'
import { hearFiles } from './files.ts'
import { hearKeys } from './keys.ts'
import { farewellReasons, notLoggedIn, parseError, refuse, unknownCommand, unterminatedMessage } from './replies.ts'

export class JsonSession implements Session<JsonFrame> {
  readonly #connection: JsonConnection
  readonly #welcome: string

  constructor(context: SessionContext<JsonMessage>, welcome: string) {
    this.#connection = new JsonConnection(context)
    this.#welcome = welcome
  }

  opened(): void {
    this.#connection.send({ header: 'WELCOME', body: { msg: this.#welcome } })
  }

  received(item: Decoded<JsonFrame>): void | Promise<void> {
    const connection = this.#connection
    if (!item.ok) {
      return item.problem === 'too-long' ? connection.disconnect(unterminatedMessage) : connection.send(parseError)
    }
    const command = commandNamed(commands, item.frame.header)
    if (!command) return connection.send(unknownCommand) // J-2: whatever follows it
    const run = command.parse(item.frame.body)
    if (!run) return connection.send(parseError)
    if (command.when === 'signed-in' && connection.user === null) {
      return connection.send(refuse(command.response, notLoggedIn))
    }
    return run(connection)
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
    this.#connection.send(this.#connection.form.disconnection(farewellReasons[reason]))
  }
}
