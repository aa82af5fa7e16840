import { deliverTo } from './audience.ts'
import type { ChatEvent } from './events.ts'
import type { UserName } from './names.ts'
import type { Cancel, Clock } from './ports/clock.ts'
import type { Random } from './ports/random.ts'
import { done, fail, ok, type Result } from './result.ts'
import type { Presence, Users } from './users.ts'

const joiningMs = 10_000 // J-8
const runningMs = 120_000 // J-8
const fewestPlayers = 2 // J-11
const lowest = 1 // J-12
const highest = 50 // J-12

/** `game-on`: there is one already, joining or running. */
export type StartGameFailure = 'game-on' | 'too-many-messages'
export type JoinGameFailure = 'no-game' | 'joined-already' | 'game-running'
/**
 * In the order in which they are looked for (J-13). `never-announced`: signed in after the announcement and did not
 * join. `not-a-player`: any other who did not. `no-whole-number`: what was guessed is none.
 */
export type GuessFailure =
  | 'no-game'
  | 'still-joining'
  | 'never-announced'
  | 'not-a-player'
  | 'right-already'
  | 'no-whole-number'
  | 'out-of-range'
export type Verdict = 'too-low' | 'too-high' | 'right'

export interface GamePorts {
  readonly users: Users
  readonly clock: Clock
  readonly random: Random
}

/** One game from its announcement to its results. Who plays is a connection: only some protocols have the game. */
interface Round {
  /** In the order of joining. */
  readonly players: Set<Presence>
  /** Milliseconds of those who have guessed right, in the order of guessing, which is ascending. */
  readonly times: Map<Presence, number>
  readonly latecomers: WeakSet<Presence>
  /** `since` is monotonic (J-14); null while joining. */
  running: { readonly number: number; readonly since: number } | null
  cancel: Cancel
}

/**
 * The guessing game: one at a time for the community (J-8). Idle, joining for 10 s, then running until every player
 * has guessed right or 2 minutes have passed, then results, and idle again.
 */
export class Game {
  readonly #ports: GamePorts
  #round: Round | null = null

  constructor(ports: GamePorts) {
    this.#ports = ports
    ports.users.watch({
      arrived: (presence) => void this.#round?.latecomers.add(presence),
      departed: (presence) => this.#leave(presence),
    })
  }

  /** Announced to everybody else; who starts takes part. */
  start(by: Presence): Result<void, StartGameFailure> {
    if (this.#round) return fail('game-on')
    if (!this.#ports.users.find(by.name)?.messages.take()) return fail('too-many-messages')
    const round: Round = {
      players: new Set([by]),
      times: new Map(),
      latecomers: new WeakSet(),
      running: null,
      cancel: this.#ports.clock.after(joiningMs, () => this.#begin(round)),
    }
    this.#round = round
    this.#ports.users.publish({ to: 'everyone', but: by.name }, { kind: 'game-announced', by: by.name })
    return done
  }

  join(who: Presence): Result<void, JoinGameFailure> {
    const round = this.#round
    if (!round) return fail('no-game')
    if (round.players.has(who)) return fail('joined-already')
    if (round.running) return fail('game-running')
    round.players.add(who)
    return done
  }

  /**
   * `number` is null where what was guessed is no whole number. `answer` is called once and synchronously: the last
   * right guess ends the game, and its player must hear that it was right before the results.
   */
  guess(who: Presence, number: number | null, answer: (verdict: Result<Verdict, GuessFailure>) => void): void {
    const round = this.#round
    const verdict = round ? this.#judge(round, who, number) : fail('no-game')
    answer(verdict)
    if (round && verdict.ok && verdict.value === 'right') this.#finishIfAllAreRight(round)
  }

  #judge(round: Round, who: Presence, number: number | null): Result<Verdict, GuessFailure> {
    const { running, players, latecomers, times } = round
    if (!running) return fail('still-joining')
    if (!players.has(who)) return fail(latecomers.has(who) ? 'never-announced' : 'not-a-player')
    if (times.has(who)) return fail('right-already')
    if (number === null) return fail('no-whole-number')
    if (number < lowest || number > highest) return fail('out-of-range')
    if (number !== running.number) return ok(number < running.number ? 'too-low' : 'too-high')
    times.set(who, this.#ports.clock.monotonic() - running.since)
    return ok('right')
  }

  #begin(round: Round): void {
    if (round.players.size < fewestPlayers) return this.#end(round, { kind: 'game-cancelled' })
    const { clock, random } = this.#ports
    round.running = { number: lowest + random.integer(highest - lowest + 1), since: clock.monotonic() }
    round.cancel = clock.after(runningMs, () => this.#finish(round))
    const players = Array.from(round.players, (player) => player.name)
    tell(round, { kind: 'game-started', players, lowest, highest })
  }

  #finishIfAllAreRight(round: Round): void {
    if (round === this.#round && round.times.size === round.players.size) this.#finish(round)
  }

  #finish(round: Round): void {
    const results: { readonly user: UserName; readonly ms: number | null }[] = []
    for (const [player, ms] of round.times) results.push({ user: player.name, ms: Math.round(ms) })
    for (const player of round.players) if (!round.times.has(player)) results.push({ user: player.name, ms: null })
    this.#end(round, { kind: 'game-finished', results })
  }

  #end(round: Round, event: ChatEvent): void {
    round.cancel()
    this.#round = null
    tell(round, event)
  }

  /** A player who leaves is out, with the time it had; with none left the game ends (J-14, X-9). */
  #leave(presence: Presence): void {
    const round = this.#round
    if (!round?.players.delete(presence)) return
    round.times.delete(presence)
    if (round.players.size > 0) return this.#finishIfAllAreRight(round)
    round.cancel()
    this.#round = null
  }
}

function tell(round: Round, event: ChatEvent): void {
  deliverTo(
    Array.from(round.players, (player) => player.subscriber),
    event,
  )
}
