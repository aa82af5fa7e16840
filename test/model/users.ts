import { looksAtAlphabet } from './ascii-only.ts'
import { catchUp, tellOf } from './history.ts'
import { leaveGame } from './game.ts'
import { leaveGroups, type Groups } from './groups.ts'
import { accounts } from './accounts.ts'
import type { Connection, StoredMessage, Person, State } from './state.ts'
import { leaveTunnels } from './tunnel-requests.ts'

export const usualPace = { everyMs: 10_000, answerMs: 3_000, ping: 'PING', pong: 'PONG' }
const reserved = ['unknown', 'server', 'all', 'everyone']

/** The client has sent something: what was under way to it has arrived. */
export function input(state: State, from: Connection, said?: string): void {
  looksAtAlphabet(from, said)
  if (from.speech === 'parley') from.pongDue = undefined // L-5
  for (const message of from.underway.splice(0)) state.take(from.person!.key, message)
  if (!from.person && from.speech === 'cp') from.signInDue = state.now + from.words.signInMs // P-11
}

/** P-4, P-10, C-6 */
export function signIn(
  state: State,
  groups: Groups,
  by: Connection,
  name: string,
  password: string | undefined,
  after: number | null,
): void {
  input(state, by)
  const { words, heard } = by
  if (by.person) return void heard.push(...words.twice)
  const cp = by.speech === 'cp'
  const bytes = Buffer.byteLength(name)
  if (cp && (bytes === 0 || bytes > 10)) return void heard.push(words.badName, words.notSignedIn)
  if (cp) heard.push('220 received username successfully')
  const account = accounts.get(name.toLowerCase())
  // helo.txt 7.1: a name is one word, and only an account has a password behind it.
  const isAlone = by.speech !== 'helo' || password === undefined || account !== undefined
  const isReserved = reserved.includes(name.toLowerCase())
  const isName = words.name.test(name) && !isReserved && isAlone
  const isRight = account !== undefined && account.password === password && by.speech !== 'chatos'
  if (!isRight && (cp || (account && password !== undefined)))
    state.failures.push({ address: by.address, at: state.now })
  const holder = state.find(name)
  const isFree = !holder || (account && (sharesName(by) || [...holder.connections].every(sharesName)))
  const mayEnter = isName && isFree && (account ? isRight : !cp)
  if (!mayEnter) {
    const badName = (isReserved && words.reservedName) || words.badName
    heard.push(isName || cp ? words.takenName : badName)
    if (words.refusalEnds) close(state, groups, by)
    return
  }
  enter(state, by, holder ?? arrive(state, account?.name ?? name, account !== undefined), after)
}

/** Any number of them are one user's beside one other connection (X-3, L-6). */
function sharesName({ speech }: Connection): boolean {
  return speech === 'cp' || speech === 'parley'
}

function arrive(state: State, name: string, registered: boolean): Person {
  const key = name.toLowerCase()
  const person = { key, name, registered, since: state.lastPlace, connections: new Set<Connection>() }
  state.people.set(key, person)
  for (const other of state.others(person)) other.heard.push(...other.words.joined(name))
  return person
}

function enter(state: State, by: Connection, person: Person, after: number | null): void {
  by.heard.push(by.words.welcome(person.name))
  by.person = person
  person.connections.add(by)
  state.game?.latecomers.add(by)
  if (by.words.unasked) by.nextPing = state.now + (by.words.heartbeat ?? usualPace).everyMs
  if (by.speech === 'cp') by.cp = { ...by.cp, state: 'Process Command', broadcasts: [], lastStored: 0 }
  else if (by.speech === 'parley') catchUp(state, by, after)
  else for (const message of state.mailbox(person.key)) deliver(by, message)
}

export function deliver(to: Connection, message: StoredMessage): void {
  if (to.speech === 'cp') return
  const { from, text, said } = message
  const lines = to.words.privately(from, to.person!.name, text, said)
  if (to.speech === 'parley') return tellOf(to, lines[0]!, said)
  to.heard.push(...lines)
  to.underway.push(message)
}

/** whatever ends a connection ends in the same place. */
export function close(state: State, groups: Groups, connection: Connection): void {
  connection.open = false
  signOut(state, groups, connection)
}

export function signOut(state: State, groups: Groups, connection: Connection): void {
  const { person } = connection
  leaveTunnels(state, connection)
  if (person && connection.places.length > 0) state.cursors.set(person.key, Math.max(...connection.places))
  Object.assign(connection, { person: undefined, nextPing: undefined, pongDue: undefined, underway: [] })
  connection.cp = { ...connection.cp, state: 'Idle', rest: [], confirm: undefined, confirmationDue: undefined }
  if (!person) return
  person.connections.delete(connection)
  const isGone = person.connections.size === 0
  if (isGone) state.people.delete(person.key)
  for (const other of isGone ? state.others(person) : []) other.heard.push(...other.words.left(person.name))
  leaveGame(state, connection)
  if (isGone) leaveGroups(state, groups, person)
}

/** `bye`: in the words of the protocol. */
export function leave(state: State, groups: Groups, connection: Connection, how: 'bye' | 'ends' | 'resets'): void {
  if (how === 'bye') {
    input(state, connection)
    if (connection.words.bye) connection.heard.push(...connection.words.bye.slice(1))
  }
  close(state, groups, connection)
}

export function pong(state: State, by: Connection): void {
  input(state, by)
  if (by.pongDue === undefined) by.heard.push(...(by.words.unasked ?? []))
  by.pongDue = undefined
}

export function users(state: State, by: Connection): void {
  input(state, by)
  const unauthenticated = state.openConnections.filter((each) => each.speech === by.speech && !each.person).length
  by.heard.push(
    by.words.users(
      Array.from(state.people.values(), ({ name }) => name),
      unauthenticated,
    ),
  )
}
