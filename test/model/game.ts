import { event, refusal, reply } from './parley-words.ts'
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
  if (state.game) return refuse(by, 'START_GAME_RESP', 6003, 'game-on')
  if (!state.mayTalk(by)) return refuse(by, 'START_GAME_RESP', 6009, 'too-many-messages')
  const times = new Map<Connection, number>()
  const latecomers = new Set<Connection>()
  const due = state.logTime + joiningMs
  state.game = { phase: 'joining', due, since: 0, players: [by], times, latecomers, most: 50, least: 1 }
  for (const other of state.others(by.person!)) {
    if (other.speech.startsWith('json')) other.heard.push(notification('A guessing game has been initiated. Join now!'))
    if (other.speech === 'parley') other.heard.push(event('game-announced', { by: by.person!.name }))
  }
  by.heard.push(by.speech === 'parley' ? reply() : 'START_GAME_RESP {"status":"OK"}')
}

export function joinGame({ game }: State, by: Connection): void {
  if (!game) return refuse(by, 'JOIN_GAME_RESP', 6005, 'no-game')
  if (game.players.includes(by)) return refuse(by, 'JOIN_GAME_RESP', 6004, 'joined-already')
  if (game.phase === 'running') return refuse(by, 'JOIN_GAME_RESP', 6003, 'game-running')
  game.players.push(by)
  by.heard.push(by.speech === 'parley' ? reply() : 'JOIN_GAME_RESP {"status":"OK"}')
}

/** J-13. Whether the guess counts, so that there is a verdict to be heard; otherwise the refusal was. */
export function guessCounts({ game }: State, by: Connection, guess: number): boolean {
  if (by.speech === 'parley' && !Number.isInteger(guess)) {
    by.heard.push(refusal('malformed'))
    return false
  }
  const [code, error] = whyNot(game, by, guess)
  if (code === 0) return true
  if (code === 7007 && by.speech === 'json-field') {
    by.heard.push('GUESS_NUMBER_RESP {"status":"OUT_OF_RANGE","result":0,"code":0}')
  } else refuse(by, 'GUESS_NUMBER_RESP', code, error)
  return false
}

/** By the codes of `json` and by `parley`; 0: it counts. */
function whyNot(game: Game | undefined, by: Connection, guess: number): readonly [code: number, error: string] {
  if (!game) return [6005, 'no-game']
  if (game.phase === 'joining') return [7003, 'still-joining']
  if (!game.players.includes(by)) return game.latecomers.has(by) ? [7002, 'never-announced'] : [8001, 'not-a-player']
  if (game.times.has(by)) return [7003, 'right-already']
  if (!Number.isInteger(guess)) return [7004, 'malformed']
  return guess >= 1 && guess <= 50 ? [0, ''] : [7007, 'out-of-range']
}

/** Which verdicts a guess may have after all that was guessed before: the model does not know the number either. */
export function possible({ most, least }: Game, guess: number): readonly Verdict[] {
  return [
    ...(guess < most ? (['low'] as const) : []),
    ...(guess > least ? (['high'] as const) : []),
    ...(guess >= least && guess <= most ? (['right'] as const) : []),
  ]
}

type Form = 'document' | 'field' | 'parley'

export const verdicts: { readonly [verdict in Verdict]: { readonly [form in Form]: string } } = {
  low: {
    document: 'GUESS_NUMBER_RESP {"status":"ERROR","code":7005,"result":-1,"message":"Your guess is too low."}',
    field: 'GUESS_NUMBER_RESP {"status":"TOO_LOW","result":-1,"code":0}',
    parley: reply({ verdict: 'too-low' }),
  },
  high: {
    document: 'GUESS_NUMBER_RESP {"status":"ERROR","code":7006,"result":1,"message":"Your guess is too high."}',
    field: 'GUESS_NUMBER_RESP {"status":"TOO_HIGH","result":1,"code":0}',
    parley: reply({ verdict: 'too-high' }),
  },
  right: {
    document: 'GUESS_NUMBER_RESP {"status":"OK","result":0,"message":"Congratulations! Your guess is correct!"}',
    field: 'GUESS_NUMBER_RESP {"status":"CORRECT","result":0,"code":0}',
    parley: reply({ verdict: 'right' }),
  },
}

export function judge(state: State, game: Game, by: Connection, guess: number, verdict: Verdict): void {
  const form = by.speech === 'parley' ? 'parley' : by.speech === 'json' ? 'document' : 'field'
  by.heard.push(verdicts[verdict][form])
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
    for (const player of game.players) {
      if (player.speech === 'parley') player.heard.push(event('game-cancelled'))
      else refuse(player, 'START_GAME_RESP', 6002, '')
    }
    state.game = undefined
    return
  }
  Object.assign(game, { phase: 'running', since: state.logTime, due: state.logTime + runningMs })
  const players = game.players.map(({ person }) => person!.name)
  for (const player of game.players) {
    if (player.speech === 'parley') {
      player.heard.push(event('game-started', { players, lowest: 1, highest: 50 }))
      continue
    }
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
  const ofAll = [
    ...Array.from(game.times, ([who, ms]) => ({ user: who.person!.name, ms })),
    ...late.map((who) => ({ user: who.person!.name, ms: null })),
  ]
  for (const player of game.players) {
    player.heard.push(player.speech === 'parley' ? event('game-finished', { results: ofAll }) : line)
  }
}

function refuse(by: Connection, response: string, code: number, error: string): void {
  by.heard.push(by.speech === 'parley' ? refusal(error) : `${response} {"status":"ERROR","code":${code}}`)
}

function notification(message: string): string {
  return `GAME_NOTIFICATION ${JSON.stringify({ status: 'OK', message })}`
}
