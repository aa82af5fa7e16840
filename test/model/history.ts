import { message, missed, refusal, reply, row } from './parley-words.ts'
import { any } from './places.ts'
import { accounts } from './accounts.ts'
import type { Kept, Said } from './said.ts'
import type { Connection, Person, State } from './state.ts'

/** What was said to everybody, to a group, or to two people by their lower-case names. */
export function ofTwo(one: string, other: string): string {
  return `@${[one.toLowerCase(), other.toLowerCase()].sort().join(' ')}`
}

/** The connections of a user that hear what the user says elsewhere. */
export function devices(person: Person | undefined, but?: Connection): readonly Connection[] {
  return [...(person?.connections ?? [])].filter((each) => each.speech === 'parley' && each !== but)
}

/** Somebody is told of what stands at a place, and may refer to it from then on. */
export function tellOf(to: Connection, line: string, { place }: Pick<Said, 'place'>): void {
  to.heard.push(line)
  if (to.speech === 'parley') to.places.push(place)
}

/** What one says is told to one's other devices. */
export function tellDevices(by: Connection, to: string, text: string, said: Said): void {
  const { person } = by
  for (const each of devices(person, by)) tellOf(each, message(person!.name, to, text, said), said)
}

/** A conversation as a client names it. */
function conversationOf(by: Person, of: string): string {
  return of.startsWith('@') ? ofTwo(by.key, of.slice(1)) : of.toLowerCase()
}

function mayRead({ stays }: State, { key, registered }: Person, { of, place }: Kept): boolean {
  if (of === '*') return true
  if (of.startsWith('@')) return registered && of.slice(1).split(' ').includes(key)
  return stays.some(({ user, group, begun, ended }) => {
    if (user !== key || `#${group}` !== of || place <= begun) return false
    return registered ? ended === null || place <= ended : ended === null
  })
}

function readable(state: State, person: Person): readonly Kept[] {
  return state.kept.filter((each) => mayRead(state, person, each))
}

export function history(state: State, by: Connection, of: string): void {
  const person = by.person!
  const messages = readable(state, person).filter((each) => each.of === conversationOf(person, of))
  by.heard.push(reply({ messages: messages.map(row), more: { before: false, after: false } }))
  by.places.push(...messages.map(({ place }) => place))
}

export function conversations(state: State, by: Connection): void {
  const person = by.person!
  const all = Map.groupBy(readable(state, person), ({ of }) => of)
  const list = Array.from(all, ([of, messages]) => {
    const last = messages.at(-1)!
    const mark = state.marks.get(person.key)?.get(of) ?? 0
    const isNew = ({ place, from, kind }: Kept) => place > mark && from.toLowerCase() !== person.key && kind === 'text'
    const name = last.to.toLowerCase() === `@${person.key}` ? `@${last.from}` : last.to
    const unread = messages.filter(isNew).length
    return { place: last.place, shown: { of: name, last: row(last), unread, mark: mark === 0 ? 0 : { place: mark } } }
  })
  list.sort((one, other) => other.place - one.place)
  by.heard.push(reply({ conversations: list.map(({ shown }) => shown), more: false }))
}

/** L-13: shared by the user's devices; and what was read was received (L-11). */
export function read(state: State, by: Connection, of: string, place: number): void {
  const person = by.person!
  if (!person.registered) return void by.heard.push(refusal('registered-only'))
  const conversation = conversationOf(person, of)
  const isThere = of.startsWith('@')
    ? accounts.has(of.slice(1).toLowerCase())
    : of === '*' ||
      state.stays.some(({ user, group, ended }) => {
        return user === person.key && `#${group}` === conversation && ended === null
      })
  if (!isThere) return void by.heard.push(refusal('no-such-conversation'))
  const marks = state.marks.get(person.key) ?? new Map<string, number>()
  state.marks.set(person.key, marks.set(conversation, Math.max(marks.get(conversation) ?? 0, place)))
  for (const each of devices(person, by)) each.heard.push(JSON.stringify({ event: 'read', of, seq: { place } }))
  const isRead = state.mailbox(person.key).filter((each) => each.said.kept && each.of === conversation)
  for (const each of isRead) if (each.said.place <= place) state.take(person.key, each)
  by.heard.push(reply())
}

/** L-11 */
export function received(state: State, by: Connection, place: number): void {
  const { key } = by.person!
  for (const each of state.mailbox(key)) {
    const isTold = each.said.place > by.mailFrom || by.mailTold.has(each)
    if (each.said.place <= place && isTold) state.take(key, each)
  }
  by.heard.push(reply())
}

/** L-13: one's own, which nobody else receives any more. */
export function takeBack(state: State, by: Connection, place: number): void {
  const person = by.person!
  const message = readable(state, person).find((each) => each.place === place)
  const isOwn =
    message?.kind === 'text' &&
    message.from.toLowerCase() === person.key &&
    message.guest === !person.registered &&
    (person.registered || place > person.since)
  if (!isOwn) return void by.heard.push(refusal('no-such-message'))
  if (!state.mayTalk(by)) return void by.heard.push(refusal('too-many-messages'))
  const { of, to, from } = message
  Object.assign(message, { kind: 'deleted', text: '' })
  const said = { place: state.nextPlace(), kept: true }
  state.kept.push({ ...message, place: said.place, kind: 'deletion', target: place })
  for (const [key, messages] of state.mailboxes)
    for (const each of messages) if (each.said.place === place) state.take(key, each)
  by.heard.push(reply({ seq: { place: said.place }, at: any }))
  by.places.push(said.place)
  const line = JSON.stringify({
    event: 'message-deleted',
    seq: { place: said.place },
    at: any,
    from,
    to,
    target: { place },
  })
  const others = state.others(person).filter(({ person: other }) => {
    if (of === '*') return true
    if (of.startsWith('@')) return of.slice(1).split(' ').includes(other!.key)
    return state.stays.some(({ user, group, ended }) => user === other!.key && `#${group}` === of && ended === null)
  })
  for (const each of [...others.filter(({ speech }) => speech === 'parley'), ...devices(person, by)])
    tellOf(each, line, said)
}

/**
 * L-12: what the client has missed, and what waits in its mailbox and is no part of the history.
 * `after` null: only that.
 */
export function catchUp(state: State, by: Connection, after: number | null): void {
  const person = by.person!
  by.mailFrom = after === null ? state.lastPlace : 0
  const mail = state.mailbox(person.key).filter(({ said }) => !said.kept)
  by.mailTold = new Set(mail)
  const past = after === null ? [] : readable(state, person).filter(({ place }) => place > after)
  const told = [
    ...past.map((each) => ({ place: each.place, line: missed(each) })),
    ...mail.map(({ from, text, said }) => {
      return { place: said.place, line: message(from, `@${person.name}`, text, said) }
    }),
  ]
  told.sort((one, other) => one.place - other.place)
  for (const each of told) tellOf(by, each.line, each)
  if (after !== null) by.heard.push(JSON.stringify({ event: 'caught-up', seq: any }))
}
