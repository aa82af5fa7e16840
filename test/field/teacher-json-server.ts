import { LinePort, type LineConnection } from './line-port.ts'

type Body = { readonly [member: string]: unknown }

/**
 * A `json` server as a teacher's in the field is: level 1 of the document with LOGIN for LOGIN_REQ. It reads what it is sent, so
 * BROADCAST_REQ must have its object, and it says so when it does not know a word.
 */
export class TeacherJsonServer {
  /** Every line that clients sent. */
  readonly heard: string[] = []
  readonly #port: LinePort
  readonly #names = new Map<LineConnection, string>()

  private constructor() {
    this.#port = new LinePort({
      opened: (connection) => connection.say('WELCOME {"msg":"Welcome to the server 1.5"}'),
      heard: (connection, line) => this.#heard(connection, line),
      closed: (connection) => this.#left(connection),
    })
  }

  static async open(): Promise<TeacherJsonServer> {
    const server = new TeacherJsonServer()
    await server.#port.open()
    return server
  }

  get port(): number {
    return this.#port.port
  }

  close(): Promise<void> {
    return this.#port.close()
  }

  #heard(connection: LineConnection, line: string): void {
    this.heard.push(line)
    const [, header = '', payload = ''] = /^(\S*) ?(.*)$/.exec(line) ?? []
    switch (header) {
      case 'LOGIN':
        return this.#login(connection, textIn(payload, 'username'))
      case 'BROADCAST_REQ':
        return this.#broadcast(connection, textIn(payload, 'message'))
      case 'PONG':
        return say(connection, 'PONG_ERROR', { code: 8000 })
      case 'BYE':
        say(connection, 'BYE_RESP', { status: 'OK' })
        return connection.end()
      default:
        connection.say('UNKNOWN_COMMAND')
    }
  }

  #login(connection: LineConnection, username: string | undefined): void {
    const refuse = (code: number) => say(connection, 'LOGIN_RESP', { status: 'ERROR', code })
    if (username === undefined) return connection.say('PARSE_ERROR')
    if (this.#names.has(connection)) return refuse(5002)
    if (!/^\w{3,14}$/.test(username)) return refuse(5001)
    if ([...this.#names.values()].includes(username)) return refuse(5000)
    say(connection, 'LOGIN_RESP', { status: 'OK' })
    this.#toOthers(connection, 'JOINED', { username })
    this.#names.set(connection, username)
  }

  #broadcast(connection: LineConnection, message: string | undefined): void {
    const username = this.#names.get(connection)
    if (message === undefined) return connection.say('PARSE_ERROR')
    if (username === undefined) return say(connection, 'BROADCAST_RESP', { status: 'ERROR', code: 6000 })
    say(connection, 'BROADCAST_RESP', { status: 'OK' })
    this.#toOthers(connection, 'BROADCAST', { username, message })
  }

  #left(connection: LineConnection): void {
    const username = this.#names.get(connection)
    this.#names.delete(connection)
    if (username !== undefined) this.#toOthers(connection, 'LEFT', { username })
  }

  #toOthers(connection: LineConnection, header: string, body: Body): void {
    for (const other of this.#names.keys()) if (other !== connection) say(other, header, body)
  }
}

function say(connection: LineConnection, header: string, body: Body): void {
  connection.say(`${header} ${JSON.stringify(body)}`)
}

/** Undefined: this is no object with such a text. */
function textIn(payload: string, member: string): string | undefined {
  try {
    const body: unknown = JSON.parse(payload)
    const value = typeof body === 'object' && body !== null ? new Map(Object.entries(body)).get(member) : undefined
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
