import { looksAtAlphabet } from './ascii-only.ts'
import { leaveGame } from './game.ts'
import { leaveGroups, type Groups } from './groups.ts'
import { accounts, type Connection, type StoredMessage, type Person, type State } from './state.ts'
import { leaveTunnels } from './tunnel-requests.ts'

export const pingMs = 10_000
const reserved = ['unknown', 'server', 'all', 'everyone']

/** The client has sent something: what was under way to it has arrived. */
export function input(state: State, from: Connection, said?: string): void {
  looksAtAlphabet(from, said)
  for (const message of from.underway.splice(0)) state.take(from.person!.key, message)
  if (!from.person && from.speech === 'cp') from.signInDue = state.now + from.words.signInMs // P-11
}

/** P-4, P-10, C-6 */
export function signIn(state: State, groups: Groups, by: Connection, name: string, password: string | undefined): void {
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
  const isName = words.name.test(name) && !reserved.includes(name.toLowerCase()) && isAlone
  const isRight = account !== undefined && account.password === password && by.speech !== 'chatos'
  if (!isRight && (cp || (account && password !== undefined)))
    state.failures.push({ address: by.address, at: state.now })
  const holder = state.find(name)
  const isFree = !holder || (account && (cp || ![...holder.connections].some((each) => each.speech !== 'cp')))
  const mayEnter = isName && isFree && (account ? isRight : !cp)
  if (!mayEnter) {
    heard.push(isName || cp ? words.takenName : words.badName)
    if (words.refusalEnds) close(state, groups, by)
    return
  }
  enter(state, by, holder ?? arrive(state, account?.name ?? name, account !== undefined))
}

function arrive(state: State, name: string, registered: boolean): Person {
  const key = name.toLowerCase()
  const person = { key, name, registered, connections: new Set<Connection>() }
  state.people.set(key, person)
  for (const other of state.others(person)) other.heard.push(...other.words.joined(name))
  return person
}

function enter(state: State, by: Connection, person: Person): void {
  by.heard.push(by.words.welcome(person.name))
  by.person = person
  person.connections.add(by)
  state.game?.latecomers.add(by)
  if (by.words.unasked) by.nextPing = state.now + pingMs
  if (by.speech === 'cp') by.cp = { ...by.cp, state: 'Process Command', broadcasts: [], lastStored: 0 }
  else for (const message of state.mailbox(person.key)) deliver(by, message)
}

export function deliver(to: Connection, message: StoredMessage): void {
  if (to.speech === 'cp') return
  to.heard.push(...to.words.privately(message.from, to.person!.name, message.text))
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
    if (connection.words.bye) connection.heard.push(connection.words.bye[1])
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
