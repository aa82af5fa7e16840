import type { Connection, State } from './state.ts'

const joiningMs = 10_000 // J-8
const runningMs = 120_000

/** The guessing game as the rulings have it (J-8 to J-14). */
export interface Game {
  phase: 'joining' | 'running'
  due: number
  since: number
  /** In the order of joining. */
  players: Connection[]
  /** Milliseconds, in the order of being right. */
  readonly times: Map<Connection, number>
  readonly latecomers: Set<Connection>
  /** The number is not above, and not below. */
  most: number
  least: number
}

export type Verdict = 'low' | 'high' | 'right'

export function startGame(state: State, by: Connection): void {
  if (state.game) return refuse(by, 'START_GAME_RESP', 6003)
  if (!state.mayTalk(by)) return refuse(by, 'START_GAME_RESP', 6009)
  const times = new Map<Connection, number>()
  const latecomers = new Set<Connection>()
  const due = state.logTime + joiningMs
  state.game = { phase: 'joining', due, since: 0, players: [by], times, latecomers, most: 50, least: 1 }
  for (const other of state.others(by.person!)) {
    if (other.speech.startsWith('json')) other.heard.push(notification('A guessing game has been initiated. Join now!'))
  }
  by.heard.push('START_GAME_RESP {"status":"OK"}')
}

export function joinGame({ game }: State, by: Connection): void {
  if (!game) return refuse(by, 'JOIN_GAME_RESP', 6005)
  if (game.players.includes(by)) return refuse(by, 'JOIN_GAME_RESP', 6004)
  if (game.phase === 'running') return refuse(by, 'JOIN_GAME_RESP', 6003)
  game.players.push(by)
  by.heard.push('JOIN_GAME_RESP {"status":"OK"}')
}

/** J-13. Whether the guess counts, so that there is a verdict to be heard; otherwise the refusal was. */
export function guessCounts({ game }: State, by: Connection, guess: number): boolean {
  const code = !game
    ? 6005
    : game.phase === 'joining'
      ? 7003
      : !game.players.includes(by)
        ? game.latecomers.has(by)
          ? 7002
          : 8001
        : game.times.has(by)
          ? 7003
          : Number.isInteger(guess)
            ? guess >= 1 && guess <= 50
              ? 0
              : 7007
            : 7004
  if (code === 0) return true
  if (code === 7007 && by.speech === 'json-field') {
    by.heard.push('GUESS_NUMBER_RESP {"status":"OUT_OF_RANGE","result":0,"code":0}')
  } else refuse(by, 'GUESS_NUMBER_RESP', code)
  return false
}

/** Which verdicts a guess may have after all that was guessed before: the model does not know the number either. */
export function possible({ most, least }: Game, guess: number): readonly Verdict[] {
  return [
    ...(guess < most ? (['low'] as const) : []),
    ...(guess > least ? (['high'] as const) : []),
    ...(guess >= least && guess <= most ? (['right'] as const) : []),
  ]
}

export const verdicts: { readonly [verdict in Verdict]: { readonly document: string; readonly field: string } } = {
  low: {
    document: 'GUESS_NUMBER_RESP {"status":"ERROR","code":7005,"result":-1,"message":"Your guess is too low."}',
    field: 'GUESS_NUMBER_RESP {"status":"TOO_LOW","result":-1,"code":0}',
  },
  high: {
    document: 'GUESS_NUMBER_RESP {"status":"ERROR","code":7006,"result":1,"message":"Your guess is too high."}',
    field: 'GUESS_NUMBER_RESP {"status":"TOO_HIGH","result":1,"code":0}',
  },
  right: {
    document: 'GUESS_NUMBER_RESP {"status":"OK","result":0,"message":"Congratulations! Your guess is correct!"}',
    field: 'GUESS_NUMBER_RESP {"status":"CORRECT","result":0,"code":0}',
  },
}

export function judge(state: State, game: Game, by: Connection, guess: number, verdict: Verdict): void {
  by.heard.push(verdicts[verdict][by.speech === 'json' ? 'document' : 'field'])
  if (verdict !== 'high') game.least = Math.max(game.least, verdict === 'low' ? guess + 1 : guess)
  if (verdict !== 'low') game.most = Math.min(game.most, verdict === 'high' ? guess - 1 : guess)
  if (verdict !== 'right') return
  game.times.set(by, state.logTime - game.since)
  finishIfAllAreRight(state, game)
}

/** Joining or running is over. */
export function gameIsDue(state: State, game: Game): void {
  if (game.phase === 'running') return finish(state, game)
  if (game.players.length < 2) {
    for (const player of game.players) refuse(player, 'START_GAME_RESP', 6002)
    state.game = undefined
    return
  }
  Object.assign(game, { phase: 'running', since: state.logTime, due: state.logTime + runningMs })
  for (const player of game.players) {
    player.heard.push(
      'START_GAME_RESP {"status":"OK"}',
      'GAME_NOTIFICATION {"status":"OK","message":"The game has started with the following participants:…',
      notification('You can now make a guess between 1 & 50. Good Luck!'),
    )
  }
}

/** J-14: a player who leaves is out; with none left the game ends. */
export function leaveGame(state: State, who: Connection): void {
  const { game } = state
  if (!game?.players.includes(who)) return
  game.players = game.players.filter((each) => each !== who)
  game.times.delete(who)
  if (game.players.length === 0) state.game = undefined
  else finishIfAllAreRight(state, game)
}

function finishIfAllAreRight(state: State, game: Game): void {
  if (game.phase === 'running' && game.times.size === game.players.length) finish(state, game)
}

function finish(state: State, game: Game): void {
  state.game = undefined
  const late = game.players.filter((each) => !game.times.has(each))
  const results = [
    ...Array.from(game.times, ([who, ms]) => `"${who.person!.name}":"${ms} ms"`),
    ...late.map((who) => `"${who.person!.name}":"-timed out-"`),
  ]
  const line =
    game.times.size === 0
      ? 'GAME_RESULTS {"status":"ERROR","code":9002}'
      : `GAME_RESULTS {"status":"OK","results":{${results.join(',')}}}`
  for (const player of game.players) player.heard.push(line)
}

function refuse(by: Connection, response: string, code: number): void {
  by.heard.push(`${response} {"status":"ERROR","code":${code}}`)
}

function notification(message: string): string {
  return `GAME_NOTIFICATION ${JSON.stringify({ status: 'OK', message })}`
}
