import type { Presence } from '@parley/core'
import type { SessionContext } from '../protocol.ts'
import type { Body } from './body.ts'
import type { JsonMessage } from './codec.ts'
import type { Form } from './form.ts'
import { joinGameCodes, startGameCodes } from './game-replies.ts'
import { accept, refuse } from './replies.ts'

/** Blanks around it and a sign do no harm: what a user typed is often sent as it is. */
const wholeNumber = /^\s*[+-]?\d+\s*$/

/** The requests of the guessing game (json.txt 9). */
export class GameRequests {
  readonly #context: SessionContext<JsonMessage>

  constructor(context: SessionContext<JsonMessage>) {
    this.#context = context
  }

  start(me: Presence): void {
    const started = this.#context.core.game.start(me)
    this.#context.send(started.ok ? accept('START_GAME_RESP') : refuse('START_GAME_RESP', startGameCodes[started.fail]))
  }

  join(me: Presence): void {
    const joined = this.#context.core.game.join(me)
    this.#context.send(joined.ok ? accept('JOIN_GAME_RESP') : refuse('JOIN_GAME_RESP', joinGameCodes[joined.fail]))
  }

  guess(me: Presence, body: Body, form: Form): void {
    this.#context.core.game.guess(me, guessedNumber(body), (answer) => this.#context.send(form.guessAnswer(answer)))
  }
}

/**
 * null: the member is missing or no whole number. JSON tells no difference between 25, 25.0 and 2.5e1; a string must be
 * written as whole numbers are (J-2).
 */
export function guessedNumber(body: Body): number | null {
  const value = Object.hasOwn(body, 'number') ? body['number'] : undefined
  if (typeof value === 'string') return wholeNumber.test(value) ? Number(value) : null
  return typeof value === 'number' && value === Math.trunc(value) ? value : null
}
