import type { ChatEvent, UserName } from '@parley/core'
import { encodeLine } from '../kit/lines.ts'
import { messageLine } from './codec.ts'
import { refuse } from './replies.ts'

export type GameEvent = Extract<ChatEvent, { kind: `game-${string}` }>
type Results = Extract<GameEvent, { kind: 'game-finished' }>['results']

const insufficientPlayers = 6002
const noResults = 9002

/** What the game tells those who hear of it or play it, in both forms the same. */
export function encodeGameNews(event: GameEvent): Uint8Array {
  return encodeLine(linesFor(event).join('\n'))
}

function linesFor(event: GameEvent): readonly string[] {
  switch (event.kind) {
    case 'game-announced': // J-9
      return [notification('A guessing game has been initiated. Join now!')]
    case 'game-started': // J-11; the words are those of the client's log in json.txt 9.5
      return [
        messageLine({ header: 'START_GAME_RESP', body: { status: 'OK' } }),
        notification(participants(event.players)),
        notification(`You can now make a guess between ${event.lowest} & ${event.highest}. Good Luck!`),
      ]
    case 'game-cancelled': // J-11
      return [messageLine(refuse('START_GAME_RESP', insufficientPlayers))]
    case 'game-finished':
      return [resultsLine(event.results)]
  }
}

function participants(players: readonly UserName[]): string {
  return ['The game has started with the following participants:', ...players.map((name) => ` - ${name}`)].join('\n')
}

function notification(message: string): string {
  return messageLine({ header: 'GAME_NOTIFICATION', body: { status: 'OK', message } })
}

/**
 * Written by hand: an object would put names that are numbers, such as `123`, before all others,
 * whatever their time (J-14).
 */
function resultsLine(results: Results): string {
  if (results.every(({ ms }) => ms === null)) {
    return messageLine({ header: 'GAME_RESULTS', body: { status: 'ERROR', code: noResults } })
  }
  const members = results.map(({ user, ms }) => `"${user}":"${ms === null ? '-timed out-' : `${ms} ms`}"`)
  return `GAME_RESULTS {"status":"OK","results":{${members.join(',')}}}`
}
