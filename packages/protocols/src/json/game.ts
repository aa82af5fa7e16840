import { fail } from '@parley/core'
import { isBody, type Body } from './body.ts'
import type { JsonConnection } from './connection.ts'
import { joinGameCodes, startGameCodes } from './game-replies.ts'
import { accept, refuse } from './replies.ts'

/** Blanks around it and a sign do no harm: what a user typed is often sent as it is. */
const wholeNumber = /^\s*[+-]?\d+\s*$/

/** json.txt 9 */
export function startGame(connection: JsonConnection): void | Promise<void> {
  return connection.context.submit({ do: 'game.start' }, (started) => {
    connection.send(started.ok ? accept('START_GAME_RESP') : refuse('START_GAME_RESP', startGameCodes[started.fail]))
  })
}

export function joinGame(connection: JsonConnection): void | Promise<void> {
  return connection.context.submit({ do: 'game.join' }, (joined) => {
    connection.send(joined.ok ? accept('JOIN_GAME_RESP') : refuse('JOIN_GAME_RESP', joinGameCodes[joined.fail]))
  })
}

export interface Guess {
  /** null: it is no whole number. */
  readonly number: number | null
}

export function readGuess(said: unknown): Guess | null {
  return isBody(said) ? { number: guessedNumber(said) } : null
}

/**
 * What is no whole number is looked at last (J-13): the community finds it out of range, and here
 * it has a code of its own.
 */
export function guess(connection: JsonConnection, { number }: Guess): void | Promise<void> {
  // Infinity is a whole number here, and does not survive JSON.
  const command = { do: 'game.guess', number: Number.isFinite(number) ? number : null } as const
  return connection.context.submit(command, (verdict) => {
    const isNumberless = number === null && !verdict.ok && verdict.fail === 'out-of-range'
    connection.send(connection.form.guessAnswer(isNumberless ? fail('no-whole-number') : verdict))
  })
}

/**
 * null: the member is missing or no whole number. JSON tells no difference between 25, 25.0 and
 * 2.5e1; a string must be written as whole numbers are (J-2).
 */
export function guessedNumber(body: Body): number | null {
  const value = Object.hasOwn(body, 'number') ? body['number'] : undefined
  if (typeof value === 'string') return wholeNumber.test(value) ? Number(value) : null
  return typeof value === 'number' && value === Math.trunc(value) ? value : null
}
