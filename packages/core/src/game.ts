import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { ConnectionId, UserName } from './names.ts'
import type { Rated } from './rated.ts'
import { done, fail, ok, type Result } from './result.ts'
import type { OnlineConnection, Users } from './users.ts'

const joiningMs = 10_000 // J-8
const runningMs = 120_000 // J-8
const fewestPlayers = 2 // J-11
const lowest = 1 // J-12
const highest = 50 // J-12

export type GameCommand =
  | ({ readonly do: 'game.start'; readonly connection: ConnectionId } & Rated)
  | { readonly do: 'game.join'; readonly connection: ConnectionId }
  /**
   * `number` null: what was guessed is no whole number, which is out of range like any other that
   * cannot be right.
   */
  | { readonly do: 'game.guess'; readonly connection: ConnectionId; readonly number: number | null }
type Command<D> = Extract<GameCommand, { do: D }>

export type Verdict = 'too-low' | 'too-high' | 'right'
export interface GameResults {
  /** `game-on`: there is one already, joining or running. */
  'game.start': Result<void, 'gone' | 'muted' | 'game-on' | 'too-many-messages'>
  'game.join': Result<void, 'gone' | 'no-game' | 'joined-already' | 'game-running'>
  /**
   * Failures in the order in which they are looked for (J-13). `never-announced`: signed in after
   * the announcement and did not join. `not-a-player`: any other who did not.
   */
  'game.guess': Result<
    Verdict,
    'gone' | 'no-game' | 'still-joining' | 'never-announced' | 'not-a-player' | 'right-already' | 'out-of-range'
  >
}

interface Player {
  readonly connection: ConnectionId
  readonly name: UserName
  /** Milliseconds until it guessed right; null: it did not. */
  ms: number | null
}

/** A game as it is between two entries. `right`: connections. */
interface SavedRound extends Omit<Round, 'players' | 'right'> {
  readonly players: readonly Player[]
  readonly right: readonly ConnectionId[]
}
export type SavedGame = SavedRound | null

/**
 * One game from its announcement to its results. Who plays is a connection: only some protocols
 * have the game.
 */
interface Round {
  /** Of its announcement. */
  readonly seq: number
  /** In the order of joining. */
  readonly players: Map<ConnectionId, Player>
  /** Those who have guessed right, in the order of guessing. */
  readonly right: Set<Player>
  /** null while joining. */
  running: { readonly number: number; readonly since: number } | null
  wakeAt: number
}

/**
 * The guessing game: one at a time for the community (J-8). Idle, joining for 10 s, then running
 * until every player has guessed right or 2 minutes have passed, then results, and idle again.
 */
export class Game {
  readonly #users: Users
  #round: Round | null = null

  constructor(users: Users) {
    this.#users = users
  }

  get wakeAt(): number | null {
    return this.#round?.wakeAt ?? null
  }

  wake(now: number, seed: number, out: Effects): void {
    const round = this.#round
    if (!round || round.wakeAt > now) return
    if (round.running) this.#finish(round, out)
    else this.#begin(round, seed, out)
  }

  /** Announced to everybody else. Who starts takes part. */
  start({ seq, at, command }: Entry<Command<'game.start'>>, out: Effects): GameResults['game.start'] {
    const by = this.#users.connection(command.connection)
    if (!by) return fail('gone')
    if (this.#round) return fail('game-on')
    if (!command.withinRate) return fail('too-many-messages')
    this.#round = { seq, players: new Map(), right: new Set(), running: null, wakeAt: at + joiningMs }
    enter(this.#round, by)
    out.everyone({ kind: 'game-announced', by: by.name }, by.name)
    return done
  }

  join({ command }: Entry<Command<'game.join'>>): GameResults['game.join'] {
    const who = this.#users.connection(command.connection)
    if (!who) return fail('gone')
    const round = this.#round
    if (!round) return fail('no-game')
    if (round.players.has(who.id)) return fail('joined-already')
    if (round.running) return fail('game-running')
    enter(round, who)
    return done
  }

  /** The last right guess ends the game. */
  guess({ at, command }: Entry<Command<'game.guess'>>, out: Effects): GameResults['game.guess'] {
    const who = this.#users.connection(command.connection)
    if (!who) return fail('gone')
    const round = this.#round
    if (!round) return fail('no-game')
    const { running, players, right, seq } = round
    if (!running) return fail('still-joining')
    const player = players.get(who.id)
    if (!player) return fail(who.since > seq ? 'never-announced' : 'not-a-player')
    if (player.ms !== null) return fail('right-already')
    const { number } = command
    if (number === null || !(number >= lowest && number <= highest)) return fail('out-of-range')
    if (number !== running.number) return ok(number < running.number ? 'too-low' : 'too-high')
    player.ms = at - running.since
    right.add(player)
    this.#finishIfAllAreRight(round, out)
    return ok('right')
  }

  /** A player who leaves is out, with the time it had. With none left the game ends (J-14, X-9). */
  departed({ id }: OnlineConnection, out: Effects): void {
    const round = this.#round
    const player = round?.players.get(id)
    if (!round || !player) return
    round.players.delete(id)
    round.right.delete(player)
    if (round.players.size === 0) this.#round = null
    else this.#finishIfAllAreRight(round, out)
  }

  save(): SavedGame {
    if (!this.#round) return null
    const { players, right, ...round } = this.#round
    return { ...round, players: [...players.values()], right: Array.from(right, ({ connection }) => connection) }
  }

  restore(saved: SavedGame): void {
    if (!saved) {
      this.#round = null
      return
    }
    const players = new Map(saved.players.map((player) => [player.connection, player]))
    this.#round = { ...saved, players, right: new Set(saved.right.map((connection) => players.get(connection)!)) }
  }

  #begin(round: Round, seed: number, out: Effects): void {
    if (round.players.size < fewestPlayers) return this.#end(round, { kind: 'game-cancelled' }, out)
    const number = lowest + (seed % (highest - lowest + 1))
    round.running = { number, since: round.wakeAt }
    round.wakeAt += runningMs
    const players = Array.from(round.players.values(), ({ name }) => name)
    out.connections(connectionsOf(round), { kind: 'game-started', players, lowest, highest })
  }

  #finishIfAllAreRight(round: Round, out: Effects): void {
    if (round.running && round.right.size === round.players.size) this.#finish(round, out)
  }

  #finish(round: Round, out: Effects): void {
    const others = Array.from(round.players.values()).filter(({ ms }) => ms === null)
    const results = [...round.right, ...others].map(({ name: user, ms }) => ({ user, ms }))
    this.#end(round, { kind: 'game-finished', results }, out)
  }

  #end(round: Round, event: Parameters<Effects['connections']>[1], out: Effects): void {
    this.#round = null
    out.connections(connectionsOf(round), event)
  }
}

function enter({ players }: Round, { id, name }: OnlineConnection): void {
  players.set(id, { connection: id, name, ms: null })
}

function connectionsOf({ players }: Round): readonly ConnectionId[] {
  return [...players.keys()]
}
