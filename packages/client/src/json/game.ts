import { isBody, textMember, type Body } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { SessionEvents } from '../client-protocol.ts'
import type { Game } from '../features.ts'
import type { JsonConnection, JsonRequest } from './connection.ts'
import { isRefused, numberMember, refusal, usersIn } from './replies.ts'

/** How long the list of players may be behind the start; the document has none. */
const playersMs = 300
const tooFewPlayers = 6002
const gameUnderWay = 6003
const announced = /initiated|join now/i
/** A line of the list of players. A row of dashes around it is none. */
const participant = /^\s*-\s*(\w+)\s*$/

/**
 * json.txt 9, J-8 to J-14. A server in the field says in other words that a game has started:
 * JOIN_GAME_RESP to every player, the list of players in a GAME_NOTIFICATION, and the same list in
 * a LIST_USERS_RESP without a status. It refuses by GAME_NOTIFICATION.
 */
export class JsonGame implements Game {
  readonly #connection: JsonConnection
  #phase: 'none' | 'announced' | 'joined' | 'running' = 'none'
  /** Set between the start and the list of players. */
  #cancelStart: (() => void) | undefined
  /** Whether the list of players is still to come as LIST_USERS_RESP. */
  #isUserListDue = false

  constructor(connection: JsonConnection) {
    this.#connection = connection
    connection.ending.addEventListener('abort', () => this.#cancelStart?.(), { once: true })
  }

  async start(): Promise<void> {
    await this.#request({
      header: 'START_GAME_REQ',
      reply: 'START_GAME_RESP',
      read: (body) => this.#joined(body),
      // In the field the refusal goes to whoever connected last.
      withoutReply: refusal({ code: gameUnderWay }),
    })
  }

  async join(): Promise<void> {
    await this.#request({ header: 'JOIN_GAME_REQ', reply: 'JOIN_GAME_RESP', read: (body) => this.#joined(body) })
  }

  guess(number: number): Promise<'low' | 'high' | 'right'> {
    return this.#request({
      header: 'GUESS_NUMBER_REQ',
      body: { number },
      reply: 'GUESS_NUMBER_RESP',
      read: verdict,
    })
  }

  /** Whether it tells of the game, though the reply to a request has the same header. */
  isNews(header: string, body: Body): boolean {
    switch (header) {
      case 'START_GAME_RESP':
        return isRefused(body) ? isCancellation(body) : this.#phase === 'joined'
      case 'JOIN_GAME_RESP':
        return !isRefused(body) && this.#plays
      case 'LIST_USERS_RESP':
        return this.#isUserListDue && textMember(body, 'status') === undefined
      case 'GAME_NOTIFICATION':
        return !isRefused(body) || isCancellation(body)
    }
    return false
  }

  /** False: it says nothing of a game. */
  heard(header: string, body: Body): boolean {
    switch (header) {
      case 'START_GAME_RESP':
        if (isRefused(body)) this.#cancelled()
        else this.#started()
        return true
      case 'JOIN_GAME_RESP':
        if (!this.isNews(header, body)) return false
        if (this.#phase === 'joined') this.#started()
        this.#isUserListDue = true
        return true
      case 'LIST_USERS_RESP':
        if (!this.isNews(header, body)) return false
        this.#playersListed(body)
        return true
      case 'GAME_NOTIFICATION':
        this.#notified(body)
        return true
      case 'GUESS_NUMBER_RESP':
        this.#tell('notice', { text: textMember(body, 'message') ?? '' }) // json.txt 9.3
        return true
      case 'GAME_RESULTS':
        this.#finished(body)
        return true
    }
    return false
  }

  get #plays(): boolean {
    return this.#phase === 'joined' || this.#phase === 'running'
  }

  #request<T>(request: JsonRequest<T>): Promise<T> {
    const refused = (header: string, body: Body) => (header === 'GAME_NOTIFICATION' ? refusal(body) : undefined)
    return this.#connection.request({ ...request, refused })
  }

  #tell<K extends keyof SessionEvents>(event: K, what: SessionEvents[K]): void {
    this.#connection.context.emit(event, what)
  }

  #joined(body: Body): true | ChatError {
    if (isRefused(body)) return refusal(body)
    this.#phase = 'joined'
    return true
  }

  #started(): void {
    this.#phase = 'running'
    this.#cancelStart?.()
    this.#cancelStart = this.#connection.context.clock.after(playersMs, () => this.#tellPlayers([]))
  }

  /**
   * Those who do not play hear it as well in the field, and whoever started the game hears it
   * twice.
   */
  #cancelled(): void {
    if (this.#phase !== 'none') this.#tell('game-cancelled', {})
    this.#phase = 'none'
  }

  #notified(body: Body): void {
    if (isCancellation(body)) return this.#cancelled()
    if (isRefused(body)) return this.#tell('notice', { text: `the game: ${refusal(body).message}` })
    const text = textMember(body, 'message') ?? ''
    if (this.#phase === 'none' || announced.test(text)) return this.#announced()
    const players = text.split('\n').flatMap((line) => participant.exec(line)?.[1] ?? [])
    if (this.#cancelStart && players.length > 0) return this.#tellPlayers(players)
    this.#tell('notice', { text })
  }

  #announced(): void {
    if (!this.#plays) this.#phase = 'announced'
    this.#tell('game-announced', {})
  }

  #playersListed(body: Body): void {
    this.#isUserListDue = false
    const players = usersIn(body)
    if (this.#cancelStart && !(players instanceof ChatError)) this.#tellPlayers(players)
  }

  #tellPlayers(players: readonly string[]): void {
    this.#cancelStart?.()
    this.#cancelStart = undefined
    this.#tell('game-started', { players })
  }

  #finished(body: Body): void {
    if (this.#cancelStart) this.#tellPlayers([])
    this.#phase = 'none'
    this.#isUserListDue = false
    // The example of json.txt 9.5 has the names on the outside.
    const results = isBody(body['results']) ? body['results'] : 'status' in body ? {} : body
    this.#tell('game-finished', { results: resultsIn(results) })
  }
}

function isCancellation(body: Body): boolean {
  return isRefused(body) && numberMember(body, 'code') === tooFewPlayers
}

/**
 * J-13: by the code, by the status of the field form, and by the result alone as in json.txt 9.5.
 */
function verdict(body: Body): 'low' | 'high' | 'right' | ChatError | undefined {
  const status = (textMember(body, 'status') ?? '').toUpperCase()
  const code = numberMember(body, 'code')
  const result = numberMember(body, 'result')
  if (status === 'TOO_LOW' || code === 7005) return 'low'
  if (status === 'TOO_HIGH' || code === 7006) return 'high'
  if (status === 'OUT_OF_RANGE') return refusal({ code: 7007 })
  if (status === 'CORRECT') return 'right'
  if (isRefused(body)) return refusal(body)
  if (result !== null) return result < 0 ? 'low' : result > 0 ? 'high' : 'right'
  return status === 'OK' ? 'right' : undefined
}

/** The fastest first; an object that was parsed has lost the order of names that are numbers. */
function resultsIn(results: Body): { readonly user: string; readonly ms: number | null }[] {
  return Object.entries(results)
    .map(([user, time]) => ({ user, ms: milliseconds(time) }))
    .toSorted((one, other) => (one.ms ?? Infinity) - (other.ms ?? Infinity) || 0)
}

function milliseconds(time: unknown): number | null {
  if (typeof time === 'number') return time
  const digits = typeof time === 'string' ? /^\s*(\d{1,15})\s*(?:ms)?\s*$/.exec(time)?.[1] : undefined
  return digits === undefined ? null : Number(digits)
}
