import { VirtualClock } from '@parley/core/memory'
import { LinePort, type LineConnection } from './line-port.ts'

type Body = { readonly [member: string]: unknown }

const unnamed = null

/**
 * A `json` server as one in the field is, byte for byte. It knows LOGIN and leaves unanswered what it does not know, throws a request away for
 * one member too many, hands on the body of BROADCAST_REQ without a look into it, never tells who has left, and tells of a game in words of
 * its own.
 */
export class FieldJsonServer {
  /** The joining of a game and the heartbeat go by it. */
  readonly clock = new VirtualClock()
  /** Every line that clients sent. */
  readonly heard: string[] = []
  /** The number to be guessed. */
  readonly secret = 25
  /** Called when something was said that it leaves unanswered. */
  onSilence: () => void = () => {}
  readonly #port: LinePort
  readonly #names = new Map<LineConnection, string | null>()
  readonly #players: LineConnection[] = []
  readonly #times = new Map<LineConnection, number>()
  #phase: 'idle' | 'requested' | 'running' = 'idle'
  #startedAt = 0
  /** Whoever connected last; some refusals go there, whoever asked. */
  #latest: LineConnection | undefined

  private constructor() {
    this.#port = new LinePort({
      opened: (connection) => this.#opened(connection),
      heard: (connection, line) => this.#heard(connection, line),
      closed: (connection) => void this.#names.delete(connection),
    })
  }

  static async open(): Promise<FieldJsonServer> {
    const server = new FieldJsonServer()
    await server.#port.open()
    return server
  }

  get port(): number {
    return this.#port.port
  }

  close(): Promise<void> {
    return this.#port.close()
  }

  #opened(connection: LineConnection): void {
    this.#names.set(connection, unnamed)
    this.#latest = connection
    say(connection, 'WELCOME', { message: 'Welcome to the server 1.5', status: null, code: 0 })
  }

  #heard(connection: LineConnection, line: string): void {
    this.heard.push(line)
    const at = line.indexOf(' ')
    const header = at < 0 ? line : line.slice(0, at)
    const payload = at < 0 ? '{}' : line.slice(at + 1)
    switch (header) {
      case 'LOGIN':
        return this.#login(connection, payload)
      case 'BROADCAST_REQ':
        return this.#broadcast(connection, payload)
      case 'PONG':
        return
      case 'BYE':
        say(connection, 'BYE_RESP', { code: 0, status: null })
        return connection.end()
      case 'LIST_USERS_REQ':
        return say(connection, 'LIST_USERS_RESP', userList('OK', [...this.#names.values()]))
      case 'PRIVATE_MESSAGE_REQ':
        return this.#privateMessage(connection, payload)
      case 'START_GAME_REQ':
        return this.#startGame(connection)
      case 'JOIN_GAME_REQ':
        return this.#joinGame(connection)
      case 'GUESS_NUMBER_REQ':
        return this.#guess(connection, payload)
      case 'SECURE_MESSAGE_REQ':
        return this.#relay(header, read(payload, ['receiver', 'sender']), 'receiver')
      case 'SECURE_MESSAGE_RES':
        return this.#relay(header, read(payload, ['sender', 'receiver', 'publicKey']), 'sender')
      case 'SECURE_MESSAGE':
        return this.#relay(header, read(payload, ['receiver', 'sessionKey', 'encryptedMessage', 'sender']), 'receiver')
      default:
        this.onSilence()
    }
  }

  #login(connection: LineConnection, payload: string): void {
    const answer = (code: number) => say(connection, 'LOGIN_RESP', { code, status: code === 0 ? 'OK' : 'ERROR' })
    if (payload === '') return answer(5001)
    const username = read(payload, ['username'])?.['username']
    if (typeof username !== 'string') return this.onSilence()
    if (this.#names.get(connection)) return answer(5002)
    if (!/^[A-Z0-9_]{3,14}$/i.test(username)) return answer(5001)
    if (this.#find(username)) return answer(5000)
    this.#names.set(connection, username)
    answer(0)
    for (const [other, name] of this.#names) {
      if (name !== unnamed && name !== username) say(other, 'JOINED', { code: 0, status: null, username })
    }
    this.#heartbeat(connection)
  }

  #heartbeat(connection: LineConnection): void {
    this.clock.after(10_000, () => {
      if (!this.#names.has(connection)) return
      connection.say('PING')
      this.#heartbeat(connection)
    })
  }

  #broadcast(connection: LineConnection, payload: string): void {
    for (const other of this.#names.keys()) {
      if (other !== connection)
        say(other, 'BROADCAST', { username: this.#names.get(connection) ?? null, message: payload })
    }
    say(connection, 'BROADCAST_RESP', { code: 0, status: 'OK' })
  }

  #privateMessage(connection: LineConnection, payload: string): void {
    const request = read(payload, ['receiver', 'message'])
    if (!request) return this.onSilence()
    const answer = (code: number, status: string, message: string | null) =>
      say(connection, 'PRIVATE_MESSAGE_RESP', { code, status, message })
    const { receiver, message } = request
    const found = this.#find(receiver)
    if (!found) return answer(6001, 'ERROR', 'Recipient not found')
    if (found === connection) return answer(6007, 'ERROR', 'Sender is not allowed to send messages to themselves')
    if (typeof message !== 'string' || message.trim() === '')
      return answer(6008, 'ERROR', 'Message body cannot be empty')
    const sender = this.#names.get(connection)
    const inner = { sender, message, code: 0, status: null, receiver: null }
    say(found, 'PRIVATE_MESSAGE', { code: 0, status: 'OK', message: JSON.stringify(inner) })
    answer(0, 'OK', null)
  }

  #relay(header: string, body: Body | undefined, to: 'sender' | 'receiver'): void {
    const found = body && this.#find(body[to])
    if (found) say(found, header, body)
    else this.onSilence()
  }

  #startGame(connection: LineConnection): void {
    if (this.#phase !== 'idle') return notify(this.#latest ?? connection, 'ERROR', 6003)
    say(connection, 'START_GAME_RESP', { status: 'OK', message: null, code: 0 })
    for (const [other, name] of this.#names) {
      if (other !== connection && name !== unnamed)
        notify(other, 'OK', 0, 'A guessing game has been initiated. Join now!')
    }
    this.#phase = 'requested'
    this.clock.after(10_000, () => this.#playOrCancel())
    this.#players.push(connection)
  }

  #joinGame(connection: LineConnection): void {
    if (this.#phase !== 'requested') return notify(connection, 'ERROR', 6005)
    if (this.#players.includes(connection)) return notify(connection, 'ERROR', 6004)
    this.#players.push(connection)
    say(connection, 'JOIN_GAME_RESP', { code: 0, message: null, status: 'OK' })
  }

  #playOrCancel(): void {
    const [requester] = this.#players
    if (requester && this.#players.length < 2) {
      notify(requester, 'ERROR', 6002)
      this.#phase = 'idle'
      for (const each of this.#names.keys()) notify(each, null, 6002)
      this.#players.length = 0
      return
    }
    this.#phase = 'running'
    this.#startedAt = this.clock.monotonic()
    const players = this.#players.map((player) => this.#names.get(player) ?? null)
    const border = '--------------------'
    const list = players.map((player) => `- ${player}\n`).join('')
    const announcement = `${border}\nThe game has started with the following participants: \n${list}${border}`
    for (const each of this.#players) say(each, 'JOIN_GAME_RESP', { status: 'OK', message: null, code: 0 })
    for (const each of this.#players) notify(each, 'OK', 0, announcement)
    for (const each of this.#players) say(each, 'LIST_USERS_RESP', userList(null, players))
    for (const each of this.#players) notify(each, 'OK', 0, 'You can now make a guess between 1 & 50. Good Luck!')
  }

  #guess(connection: LineConnection, payload: string): void {
    if (this.#phase !== 'running') return notify(connection, 'ERROR', 6005)
    if (!this.#players.includes(connection)) return notify(connection, 'ERROR', 6006)
    const number = read(payload, ['message', 'status', 'code', 'result', 'guess', 'results', 'number'])?.['number']
    const answer = (status: string | null, result: number, code = 0) =>
      say(connection, 'GUESS_NUMBER_RESP', { message: null, status, code, result, guess: 0, results: null, number: 0 })
    if (!Number.isInteger(Number(number))) return answer(null, 0, 7007)
    const guess = Number(number)
    if (guess < 1 || guess > 50) return answer('OUT_OF_RANGE', 0)
    const result = Math.sign(guess - this.secret)
    notify(connection, 'OK', 0, `Guessed Number: ${guess}`)
    answer(['TOO_LOW', 'CORRECT', 'TOO_HIGH'][result + 1]!, result)
    if (result === 0) this.#guessedRight(connection)
  }

  #guessedRight(connection: LineConnection): void {
    this.#times.set(connection, this.clock.monotonic() - this.#startedAt)
    if (this.#times.size < this.#players.length) return
    const results = Object.fromEntries([...this.#times].map(([player, ms]) => [this.#names.get(player), `${ms} ms`]))
    const body = { message: null, status: 'OK', code: 0, result: 0, guess: 0, results, number: 0 }
    for (const each of this.#players) say(each, 'GAME_RESULTS', body)
    this.#players.length = 0
    this.#times.clear()
    this.#phase = 'idle'
  }

  /** It tells `bob` from `Bob`. */
  #find(username: unknown): LineConnection | undefined {
    if (typeof username !== 'string') return undefined
    return [...this.#names].find(([, name]) => name === username)?.[0]
  }
}

function say(connection: LineConnection, header: string, body: Body): void {
  connection.say(`${header} ${JSON.stringify(body)}`)
}

function notify(connection: LineConnection, status: string | null, code: number, message: string | null = null): void {
  say(connection, 'GAME_NOTIFICATION', { code, message, status })
}

function userList(status: string | null, users: readonly (string | null)[]): Body {
  return { code: 0, status, message: null, userListMessage: null, users }
}

/** All `members`, null where one is missing; undefined where there is one that it does not know. */
function read(payload: string, members: readonly string[]): Body | undefined {
  let body: unknown
  try {
    body = JSON.parse(payload)
  } catch {
    return undefined
  }
  if (typeof body !== 'object' || body === null || !Object.keys(body).every((member) => members.includes(member))) {
    return undefined
  }
  const given = new Map(Object.entries(body))
  return Object.fromEntries(members.map((member) => [member, given.get(member) ?? null]))
}
