import { gameIsDue } from './game.ts'
import type { Groups } from './groups.ts'
import type { Connection, State } from './state.ts'
import { tunnelIsDue } from './tunnel-requests.ts'
import { close, usualPace } from './users.ts'

/** Something that happens by itself at its time. */
interface Due {
  readonly at: number
  readonly happen: () => void
}

/** Time passes until `end`: whatever falls due happens, in order. Returns when something did. */
export function passUntil(state: State, groups: Groups, end: number): readonly number[] {
  const times: number[] = []
  for (;;) {
    const next = dues(state, groups).reduce((first, other) => (other.at < first.at ? other : first))
    if (next.at > end) break
    state.now = next.at
    next.happen()
    times.push(next.at)
  }
  state.now = end
  return times
}

function dues(state: State, groups: Groups): readonly Due[] {
  const { game, tunnels, openConnections } = state
  return [
    { at: Infinity, happen: () => {} },
    ...openConnections.map((each) => ({ at: dueOf(each), happen: () => fallDue(state, groups, each) })),
    ...tunnels.map((each) => ({ at: each.due, happen: () => tunnelIsDue(state, each) })),
    ...(game ? [{ at: game.due, happen: () => gameIsDue(state, game) }] : []),
  ]
}

function dueOf({ person, signInDue, nextPing, pongDue, cp }: Connection): number {
  const signIn = person ? Infinity : signInDue
  return Math.min(signIn, nextPing ?? Infinity, pongDue ?? Infinity, cp.confirmationDue ?? Infinity)
}

function fallDue(state: State, groups: Groups, on: Connection): void {
  const { words, heard } = on
  if (!on.person && on.signInDue <= state.now) {
    heard.push(...words.signInLost)
    close(state, groups, on)
  } else if (on.nextPing !== undefined && on.nextPing <= state.now) {
    const { everyMs, answerMs, ping } = words.heartbeat ?? usualPace
    heard.push(ping)
    on.nextPing = state.now + everyMs
    on.pongDue = state.now + answerMs
  } else if (on.pongDue !== undefined && on.pongDue <= state.now) {
    heard.push(...words.lost)
    close(state, groups, on)
  } else {
    on.cp.state = 'Error Processing' // P-6: in silence.
    on.cp.confirmationDue = undefined
  }
}
