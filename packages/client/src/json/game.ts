import { isBody, textMember, type Body } from '@parley/protocols'
import type { Game } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import type { SpeakOptions } from '../speaker.ts'
import type { JsonLink } from './json-link.ts'
import { isRefused, numberMember, refusal } from './refusals.ts'

/** How long the list of players may be behind the start; the document has none. */
const playersMs = 300
const tooFewPlayers = 6002
const announced = /initiated|join now/i
const participant = /^\s*-\s*(.*\S)\s*$/

/** json.txt 9, J-8 to J-14. */
export class JsonGame implements Game {
  readonly #link: JsonLink
  readonly #tell: SpeakOptions['tell']
  #phase: 'none' | 'joined' | 'running' = 'none'
  /** Set between the start and the list of players. */
  #starting: ReturnType<typeof setTimeout> | undefined

  constructor(link: JsonLink, tell: SpeakOptions['tell']) {
    this.#link = link
    this.#tell = tell
  }

  async start(): Promise<void> {
    await this.#link.request('START_GAME_REQ', undefined, 'START_GAME_RESP', (body) => {
      const isNews = isRefused(body) ? numberMember(body, 'code') === tooFewPlayers : this.#phase === 'joined'
      return isNews ? undefined : this.#joined(body)
    })
  }

  async join(): Promise<void> {
    await this.#link.request('JOIN_GAME_REQ', undefined, 'JOIN_GAME_RESP', (body) => this.#joined(body))
  }

  guess(number: number): Promise<'low' | 'high' | 'right'> {
    return this.#link.request('GUESS_NUMBER_REQ', { number }, 'GUESS_NUMBER_RESP', verdict)
  }

  heard(header: string, body: Body): void {
    switch (header) {
      case 'START_GAME_RESP':
        return isRefused(body) ? this.#cancelled() : this.#started()
      case 'GAME_NOTIFICATION':
        return this.#notified(textMember(body, 'message') ?? '')
      case 'GUESS_NUMBER_RESP':
        return this.#tell('notice', { text: textMember(body, 'message') ?? '' }) // json.txt 9.3
      case 'GAME_RESULTS':
        return this.#finished(body)
    }
  }

  ended(): void {
    clearTimeout(this.#starting)
  }

  #joined(body: Body): true | ChatError {
    if (isRefused(body)) return refusal(body)
    this.#phase = 'joined'
    return true
  }

  #started(): void {
    this.#phase = 'running'
    clearTimeout(this.#starting)
    this.#starting = setTimeout(() => this.#tellPlayers([]), playersMs)
  }

  #cancelled(): void {
    this.#phase = 'none'
    this.#tell('game-cancelled', {})
  }

  #notified(text: string): void {
    if (this.#phase === 'none' || announced.test(text)) return this.#tell('game-announced', {})
    const players = text.split('\n').flatMap((line) => participant.exec(line)?.[1] ?? [])
    if (this.#starting !== undefined && players.length > 0) return this.#tellPlayers(players)
    this.#tell('notice', { text })
  }

  #tellPlayers(players: readonly string[]): void {
    clearTimeout(this.#starting)
    this.#starting = undefined
    this.#tell('game-started', { players })
  }

  #finished(body: Body): void {
    if (this.#starting !== undefined) this.#tellPlayers([])
    this.#phase = 'none'
    // The example of json.txt 9.5 has the names on the outside.
    const results = isBody(body['results']) ? body['results'] : 'status' in body ? {} : body
    this.#tell('game-finished', { results: resultsIn(results) })
  }
}

/** J-13: by the code, by the status of the field form, and by the result alone as in json.txt 9.5. */
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
