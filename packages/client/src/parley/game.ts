import type { Game } from '../features.ts'
import type { ParleyConnection } from './connection.ts'
import { heardAs, type HearEvent } from './events.ts'
import { list, members, natural, oneOf, orNull, user } from './shapes.ts'

const done = members({})
const verdicts = members({ verdict: oneOf('too-low', 'too-high', 'right') })
const nothing = members({})
const started = members({ players: list(user) })
const finished = members({ results: list(members({ user, ms: orNull(natural) })) })

/** One game of guessing for the community. */
export class ParleyGame implements Game {
  readonly heard: { readonly [event: string]: HearEvent }
  readonly #connection: ParleyConnection

  constructor(connection: ParleyConnection) {
    this.#connection = connection
    const { context } = connection
    this.heard = {
      'game-announced': heardAs(connection, 'game-announced', nothing, () => context.emit('game-announced', {})),
      'game-started': heardAs(connection, 'game-started', started, (what) => context.emit('game-started', what)),
      'game-cancelled': heardAs(connection, 'game-cancelled', nothing, () => context.emit('game-cancelled', {})),
      'game-finished': heardAs(connection, 'game-finished', finished, (what) => context.emit('game-finished', what)),
    }
  }

  async start(): Promise<void> {
    await this.#connection.request('game-start', {}, done)
  }

  async join(): Promise<void> {
    await this.#connection.request('game-join', {}, done)
  }

  async guess(number: number): Promise<'low' | 'high' | 'right'> {
    const { verdict } = await this.#connection.request('game-guess', { number }, verdicts)
    return ({ 'too-low': 'low', 'too-high': 'high', right: 'right' } as const)[verdict]
  }
}
