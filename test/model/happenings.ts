import { asciiOf, looksAtAlphabet } from './ascii-only.ts'
import { gameIsDue, leaveGame } from './game.ts'
import { leaveGroups, type Groups } from './groups.ts'
import { accounts, limits, type Connection, type Letter, type Person, type State } from './state.ts'
import { cleaned } from './text.ts'
import { leaveTunnels, tunnelIsDue } from './tunnel-requests.ts'

const pingMs = 10_000
const pongMs = 3_000
const confirmationMs = 10_000
const reserved = ['unknown', 'server', 'all', 'everyone']

/** The client has sent something: what was under way to it has arrived. */
export function input(state: State, from: Connection, said?: string): void {
  looksAtAlphabet(from, said)
  for (const letter of from.underway.splice(0)) state.take(from.person!.key, letter)
  if (!from.person && from.speech === 'cp') from.signInDue = state.now + from.words.signInMs // P-11
}

/** P-4, P-10, C-6 */
export function signIn(state: State, groups: Groups, by: Connection, name: string, password: string | undefined): void {
  input(state, by)
  const { words, heard } = by
  if (by.person) return void heard.push(...words.twice)
  const cp = by.speech === 'cp'
  const bytes = Buffer.byteLength(name)
  if (cp && (bytes === 0 || bytes > 10)) return void heard.push(words.badName, words.stranger)
  if (cp) heard.push('220 received username successfully')
  const isName = words.name.test(name) && !reserved.includes(name.toLowerCase())
  const account = accounts.get(name.toLowerCase())
  const isRight = account !== undefined && account.password === password && by.speech !== 'chatos'
  if (account && password !== undefined && !isRight && isName) by.wrongPasswords++
  const holder = state.find(name)
  const isFree = !holder || (account && (cp || ![...holder.connections].some((each) => each.speech !== 'cp')))
  const hasBlank = isName && by.speech === 'helo' && password !== undefined && !account
  const mayEnter = isName && !hasBlank && isFree && (account ? isRight : !cp)
  if (!mayEnter) {
    heard.push((isName && !hasBlank) || cp ? words.takenName : words.badName)
    if (words.refusalEnds) close(state, groups, by)
    return
  }
  enter(state, by, holder ?? arrive(state, account?.name ?? name, account !== undefined))
}

function arrive(state: State, name: string, registered: boolean): Person {
  const key = name.toLowerCase()
  const person = {
    key,
    name,
    registered,
    connections: new Set<Connection>(),
    tokens: limits.burst,
    tokensAt: state.now,
  }
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
  if (by.speech === 'cp') by.desk = { ...by.desk, state: 'Process Command', broadcasts: [], lastLetter: 0 }
  else for (const letter of state.mailbox(person.key)) deliver(by, letter)
}

function deliver(to: Connection, letter: Letter): void {
  if (to.speech === 'cp') return
  to.heard.push(...to.words.privately(letter.from, to.person!.name, letter.text))
  to.underway.push(letter)
}

/** whatever ends a connection ends in the same place. */
function close(state: State, groups: Groups, connection: Connection): void {
  connection.open = false
  signOut(state, groups, connection)
}

function signOut(state: State, groups: Groups, connection: Connection): void {
  const { person } = connection
  leaveTunnels(state, connection)
  Object.assign(connection, { person: undefined, nextPing: undefined, pongDue: undefined, underway: [] })
  connection.desk = { ...connection.desk, state: 'Idle', rest: [], confirm: undefined, confirmationDue: undefined }
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

export function broadcast(state: State, by: Connection, text: string): void {
  input(state, by)
  const { words, heard, person } = by
  if (!person) return void heard.push(words.stranger)
  if (by.speech === 'helo' && text === '') return void heard.push('-SOFT_ERR malformed command') // H-15
  if (by.speech === 'cp' && !mayWrite(by, text)) return
  const clean = cleaned(text)
  if (clean === '') return refuse(by, words.refusedBroadcast.empty)
  if (!state.mayTalk(person)) return refuse(by, words.refusedBroadcast.rate)
  for (const other of state.others(person)) {
    const lines = other.words.broadcast(person.name, clean)
    if (other.speech === 'cp') other.desk.broadcasts.push(lines)
    else other.heard.push(...lines)
  }
  accept(by, words.said(text))
}

export function tell(state: State, by: Connection, to: string, text: string): void {
  input(state, by)
  const { words, heard, person } = by
  if (!person) return void heard.push(words.stranger)
  if (by.speech === 'helo' && text === '') return void heard.push('-SOFT_ERR malformed command')
  if (by.speech === 'cp' && !mayWrite(by, text)) return
  const { self, unknown, empty, rate, full } = words.refusedTell
  if (self !== null && to.toLowerCase() === person.key) return refuse(by, self)
  const clean = cleaned(text)
  const receiver = state.find(to)
  const account = accounts.get(to.toLowerCase())
  if (!receiver && !account) return refuse(by, unknown)
  if (clean === '') return refuse(by, empty)
  if (!state.mayTalk(person)) return refuse(by, rate)
  if (account) {
    const letter = state.put(to.toLowerCase(), person.name, clean)
    if (letter === 'full') return refuse(by, full)
    for (const each of receiver?.connections ?? []) deliver(each, letter)
  } else {
    for (const each of receiver!.connections)
      each.heard.push(...each.words.privately(person.name, receiver!.name, clean))
  }
  for (const line of words.told(to, text)) accept(by, line)
  if (by.speech === 'cp') by.desk.state = 'Process Command'
}

/** Whether a `cp` client is where it may send, with a text that may be sent (P-3, P-5). */
function mayWrite(by: Connection, text: string): boolean {
  if (by.desk.state === 'Receiving Message') {
    by.heard.push('500 bad command')
    return false
  }
  const colon = text.includes(':')
  if (!colon && Buffer.byteLength(text) <= 1_009) return true
  refuse(by, colon ? '546 too many : characters found in PDU from client' : '540 error sending message')
  return false
}

function refuse(by: Connection, reply: string | null): void {
  if (reply !== null) by.heard.push(reply)
  if (by.speech === 'cp') by.desk.state = 'Error Processing'
}

function accept(by: Connection, reply: string): void {
  by.heard.push(reply)
  if (by.speech === 'cp') by.desk.state = 'Process Command'
}

/** P-3, P-5, P-6, P-11 */
export function cpSays(
  state: State,
  groups: Groups,
  by: Connection,
  said: 'RMSG' | '250' | '550' | '201' | 'TERM',
): void {
  input(state, by, said)
  const { desk, person, heard } = by
  if (said === 'TERM') {
    signOut(state, groups, by)
    by.signInDue = state.now + by.words.signInMs
    return
  }
  if (!person) return void (said === 'RMSG' && heard.push('500 bad command'))
  if (said === '201') {
    if (desk.state === 'Error Processing') desk.state = 'Process Command'
    return
  }
  if (said === 'RMSG') {
    if (desk.state === 'Receiving Message') return void heard.push('500 bad command')
    Object.assign(desk, { lastLetter: 0, rest: [], confirm: undefined, state: 'Receiving Message' })
    return handOut(state, by, person, '256 no new messages')
  }
  if (desk.state !== 'Receiving Message') return
  desk.confirmationDue = undefined
  if (said === '550') desk.state = 'Error Processing'
  else if (desk.rest.length > 0) sendPdu(state, by)
  else {
    desk.confirm?.()
    handOut(state, by, person, '255 end of messages')
  }
}

function handOut(state: State, to: Connection, person: Person, atEnd: string): void {
  const { desk } = to
  const letter = state.mailbox(person.key).find(({ id }) => id > desk.lastLetter)
  const broadcast = desk.broadcasts[0]
  if (letter) {
    desk.lastLetter = letter.id
    const text = desk.isAscii ? asciiOf(letter.text) : letter.text
    desk.rest = [...to.words.privately(letter.from, person.name, text)]
    desk.confirm = () => state.take(person.key, letter)
  } else if (broadcast) {
    desk.rest = desk.isAscii ? broadcast.map(asciiOf) : [...broadcast]
    desk.confirm = () => void (desk.broadcasts = desk.broadcasts.filter((each) => each !== broadcast))
  } else {
    desk.state = 'Process Command'
    to.heard.push(atEnd)
    return
  }
  sendPdu(state, to)
}

function sendPdu(state: State, to: Connection): void {
  to.desk.last = to.desk.rest.shift()!
  to.heard.push(to.desk.last)
  to.desk.confirmationDue = state.now + confirmationMs
}

export function pong(state: State, by: Connection): void {
  input(state, by)
  if (by.pongDue === undefined) by.heard.push(...(by.words.unasked ?? []))
  by.pongDue = undefined
}

export function users(state: State, by: Connection): void {
  input(state, by)
  const strangers = state.openConnections.filter((each) => each.speech === by.speech && !each.person).length
  by.heard.push(
    by.words.users(
      Array.from(state.people.values(), ({ name }) => name),
      strangers,
    ),
  )
}

/** Something that happens by itself at its time. */
interface Due {
  readonly at: number
  readonly happen: () => void
}

/** Time passes until `end`: whatever falls due happens, in order. Answers when something did. */
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

function dueOf({ person, signInDue, nextPing, pongDue, desk }: Connection): number {
  const signIn = person ? Infinity : signInDue
  return Math.min(signIn, nextPing ?? Infinity, pongDue ?? Infinity, desk.confirmationDue ?? Infinity)
}

function fallDue(state: State, groups: Groups, on: Connection): void {
  const { words, heard } = on
  if (!on.person && on.signInDue <= state.now) {
    heard.push(...words.signInLost)
    close(state, groups, on)
  } else if (on.nextPing !== undefined && on.nextPing <= state.now) {
    heard.push('PING')
    on.nextPing = state.now + pingMs
    on.pongDue = state.now + pongMs
  } else if (on.pongDue !== undefined && on.pongDue <= state.now) {
    heard.push(...words.lost)
    close(state, groups, on)
  } else {
    on.desk.state = 'Error Processing' // P-6: in silence.
    on.desk.confirmationDue = undefined
  }
}
