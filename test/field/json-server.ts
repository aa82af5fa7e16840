import { VirtualClock } from '@parley/core/testing'
import { JsonFilePort } from './json-file-port.ts'
import { LineServer, wordAndRest, type ServedClient } from './line-server.ts'

type Body = { readonly [member: string]: unknown }

/**
 * A `json` server as one in the field is, byte for byte. It knows LOGIN and leaves unanswered what it does not know, throws a request away for
 * one member too many, hands on the body of BROADCAST_REQ without a look into it, never tells who has left, and tells of a game in words of
 * its own. It relays an offer with the sender that stands in it.
 */
export class FieldJsonServer {
  /** The joining of a game and the heartbeat go by it. */
  readonly clock = new VirtualClock()
  /** The number to be guessed. */
  readonly secret = 25
  /** Called when something was said that it leaves unanswered. */
  onSilence: () => void = () => {}
  readonly files: JsonFilePort
  readonly #lines: LineServer
  readonly #peers: ReadonlySet<ServedClient>
  readonly #players: ServedClient[] = []
  readonly #times = new Map<ServedClient, number>()
  #phase: 'idle' | 'requested' | 'running' = 'idle'
  #startedAt = 0
  /** Whoever connected last; some refusals go there, whoever asked. */
  #latest: ServedClient | undefined

  private constructor(lines: LineServer, files: JsonFilePort) {
    this.files = files
    this.#lines = lines
    this.#peers = lines.peers
  }

  static async open(): Promise<FieldJsonServer> {
    const [lines, files] = await Promise.all([LineServer.open(), JsonFilePort.open()])
    const server = new FieldJsonServer(lines, files)
    lines.play({
      greeting: 'WELCOME {"message":"Welcome to the server 1.5","status":null,"code":0}',
      arrived: (connection) => (server.#latest = connection),
      heard: (connection, line) => server.#heard(connection, line),
    })
    return server
  }

  get port(): number {
    return this.#lines.port
  }

  /** Every line that clients sent, after their names. */
  get heard(): readonly string[] {
    return this.#lines.heard
  }

  /** Resolves once somebody has said that, as `heard` has it. */
  hears(said: string): Promise<void> {
    return this.#lines.hears(said)
  }

  async close(): Promise<void> {
    await Promise.all([this.#lines.close(), this.files.close()])
  }

  #heard(connection: ServedClient, line: string): void {
    const [header, rest] = wordAndRest(line)
    const payload = line === header ? '{}' : rest
    switch (header) {
      case 'LOGIN':
        return this.#login(connection, payload)
      case 'BROADCAST_REQ':
        return this.#broadcast(connection, payload)
      case 'PONG':
        return
      case 'BYE':
        return connection.end('BYE_RESP {"code":0,"status":null}')
      case 'LIST_USERS_REQ':
        return say(connection, 'LIST_USERS_RESP', userList('OK', this.#names()))
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
      case 'FILE_TRANSFER_REQUEST':
        return this.#offer(connection, payload)
      case 'FILE_TRANSFER_RESPONSE':
        return this.#answerOffer(payload)
      default:
        this.onSilence()
    }
  }

  #login(connection: ServedClient, payload: string): void {
    const answer = (code: number) => say(connection, 'LOGIN_RESP', { code, status: code === 0 ? 'OK' : 'ERROR' })
    if (payload === '') return answer(5001)
    const username = read(payload, ['username'])?.['username']
    if (typeof username !== 'string') return this.onSilence()
    if (connection.name !== null) return answer(5002)
    if (!/^[A-Z0-9_]{3,14}$/i.test(username)) return answer(5001)
    if (this.#find(username)) return answer(5000)
    connection.name = username
    answer(0)
    for (const other of this.#peers) {
      if (other !== connection && other.name !== null) say(other, 'JOINED', { code: 0, status: null, username })
    }
    this.#heartbeat(connection)
  }

  #heartbeat(connection: ServedClient): void {
    this.clock.after(10_000, () => {
      if (!this.#peers.has(connection)) return
      connection.say('PING')
      this.#heartbeat(connection)
    })
  }

  #broadcast(connection: ServedClient, payload: string): void {
    for (const other of this.#peers) {
      if (other !== connection) say(other, 'BROADCAST', { username: connection.name, message: payload })
    }
    say(connection, 'BROADCAST_RESP', { code: 0, status: 'OK' })
  }

  #privateMessage(connection: ServedClient, payload: string): void {
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
    const inner = { sender: connection.name, message, code: 0, status: null, receiver: null }
    say(found, 'PRIVATE_MESSAGE', { code: 0, status: 'OK', message: JSON.stringify(inner) })
    answer(0, 'OK', null)
  }

  #relay(header: string, body: Body | undefined, to: 'sender' | 'receiver'): void {
    const found = body && this.#find(body[to])
    if (found) say(found, header, body)
    else this.onSilence()
  }

  /** The sender is the one that stands in the request. */
  #offer(connection: ServedClient, payload: string): void {
    const request = read(payload, ['sender', 'receiver', 'filename', 'size'])
    if (!request) return this.onSilence()
    const { sender, receiver, filename, size } = request
    const found = this.#find(receiver)
    const refused = { code: 0, status: 'ERROR', message: 'Recipient not found' }
    if (found) say(found, 'FILE_TRANSFER_REQUEST', { sender, filename, size: size ?? 0 })
    else say(connection, 'PRIVATE_MESSAGE_RESP', refused)
  }

  #answerOffer(payload: string): void {
    const { sender, status, transferId } = read(payload, ['sender', 'status', 'transferId']) ?? {}
    const found = this.#find(sender)
    if (found) say(found, 'FILE_TRANSFER_RESPONSE', { code: 0, status, sender, transferId })
    else this.onSilence()
  }

  #startGame(connection: ServedClient): void {
    if (this.#phase !== 'idle') return notify(this.#latest ?? connection, 'ERROR', 6003)
    say(connection, 'START_GAME_RESP', { status: 'OK', message: null, code: 0 })
    for (const other of this.#peers) {
      if (other !== connection && other.name !== null)
        notify(other, 'OK', 0, 'A guessing game has been initiated. Join now!')
    }
    this.#phase = 'requested'
    this.clock.after(10_000, () => this.#playOrCancel())
    this.#players.push(connection)
  }

  #joinGame(connection: ServedClient): void {
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
      for (const each of this.#peers) notify(each, null, 6002)
      this.#players.length = 0
      return
    }
    this.#phase = 'running'
    this.#startedAt = this.clock.monotonic()
    const players = this.#players.map(({ name }) => name)
    const border = '--------------------'
    const list = players.map((player) => `- ${player}\n`).join('')
    const announcement = `${border}\nThe game has started with the following participants: \n${list}${border}`
    for (const each of this.#players) say(each, 'JOIN_GAME_RESP', { status: 'OK', message: null, code: 0 })
    for (const each of this.#players) notify(each, 'OK', 0, announcement)
    for (const each of this.#players) say(each, 'LIST_USERS_RESP', userList(null, players))
    for (const each of this.#players) notify(each, 'OK', 0, 'You can now make a guess between 1 & 50. Good Luck!')
  }

  #guess(connection: ServedClient, payload: string): void {
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

  #guessedRight(connection: ServedClient): void {
    this.#times.set(connection, this.clock.monotonic() - this.#startedAt)
    if (this.#times.size < this.#players.length) return
    const results = Object.fromEntries([...this.#times].map(([player, ms]) => [player.name, `${ms} ms`]))
    const body = { message: null, status: 'OK', code: 0, result: 0, guess: 0, results, number: 0 }
    for (const each of this.#players) say(each, 'GAME_RESULTS', body)
    this.#players.length = 0
    this.#times.clear()
    this.#phase = 'idle'
  }

  #names(): readonly (string | null)[] {
    return Array.from(this.#peers, ({ name }) => name)
  }

  /** It tells `bob` from `Bob`. */
  #find(username: unknown): ServedClient | undefined {
    if (typeof username !== 'string') return undefined
    return [...this.#peers].find(({ name }) => name === username)
  }
}

function say(connection: ServedClient, header: string, body: Body): void {
  connection.say(`${header} ${JSON.stringify(body)}`)
}

function notify(connection: ServedClient, status: string | null, code: number, message: string | null = null): void {
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
