import { ofTwo, tellDevices, tellOf } from './history.ts'
import { accounts } from './accounts.ts'
import type { Said } from './said.ts'
import type { Connection, State } from './state.ts'
import { cleaned } from './text.ts'
import { deliver, input } from './users.ts'

export function broadcast(state: State, by: Connection, text: string): void {
  input(state, by)
  const { words, heard, person } = by
  if (!person) return void heard.push(words.notSignedIn)
  if (by.speech === 'helo' && text === '') return void heard.push('-SOFT_ERR malformed command') // H-15
  if (by.speech === 'cp' && !mayWrite(by, text)) return
  const clean = cleaned(text)
  if (clean === '') return refuse(by, words.refusedBroadcast.empty)
  if (!state.mayTalk(by)) return refuse(by, words.refusedBroadcast.rate)
  const how = { place: state.nextPlace(), kept: true }
  const { name: from, registered } = person
  state.kept.push({ ...how, of: '*', from, guest: !registered, to: '*', kind: 'text', text: clean, target: null })
  for (const other of state.others(person)) {
    const lines = other.words.broadcast(from, clean, how)
    if (other.speech === 'parley') tellOf(other, lines[0]!, how)
    else if (other.speech === 'cp') other.cp.broadcasts.push(lines)
    else other.heard.push(...lines)
  }
  accept(by, words.said(text, how), how)
  tellDevices(by, '*', clean, how)
}

export function tell(state: State, by: Connection, to: string, text: string): void {
  input(state, by)
  const { words, heard, person } = by
  if (!person) return void heard.push(words.notSignedIn)
  if (by.speech === 'helo' && text === '') return void heard.push('-SOFT_ERR malformed command')
  if (by.speech === 'cp' && !mayWrite(by, text)) return
  const { self, unknown, empty, rate, full } = words.refusedTell
  if (self !== null && to.toLowerCase() === person.key) return refuse(by, self)
  const clean = cleaned(text)
  const receiver = state.find(to)
  const account = accounts.get(to.toLowerCase())
  if (!receiver && !account) return refuse(by, unknown)
  if (clean === '') return refuse(by, empty)
  if (!state.mayTalk(by)) return refuse(by, rate)
  if (account) {
    const of = ofTwo(person.key, to)
    const message = state.put(to.toLowerCase(), person, clean, of)
    // What was refused costs nothing.
    if (message === 'full') state.giveBack(by)
    if (message === 'full') return refuse(by, full)
    const { said } = message
    const kept = { of, from: person.name, guest: false, to: `@${account.name}`, kind: 'text', text: clean } as const
    if (said.kept) state.kept.push({ ...said, ...kept, target: null })
    for (const line of words.told(to, text, said)) accept(by, line, said)
    for (const each of receiver?.connections ?? []) deliver(each, message)
    if (to.toLowerCase() !== person.key) tellDevices(by, `@${account.name}`, clean, said)
  } else {
    const { name } = receiver!
    const how = { place: state.nextPlace(), kept: false }
    for (const each of receiver!.connections) {
      const lines = each.words.privately(person.name, name, clean, how)
      if (each.speech !== 'parley') each.heard.push(...lines)
      // L-7: a guest who writes to itself has its reply.
      else if (each !== by) tellOf(each, lines[0]!, how)
    }
    for (const line of words.told(to, text, how)) accept(by, line, how)
    if (receiver !== person) tellDevices(by, `@${name}`, clean, how)
  }
  if (by.speech === 'cp') by.cp.state = 'Process Command'
}

/** Whether a `cp` client is where it may send, with a text that may be sent (P-3, P-5). */
function mayWrite(by: Connection, text: string): boolean {
  if (by.cp.state === 'Receiving Message') {
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
  if (by.speech === 'cp') by.cp.state = 'Error Processing'
}

function accept(by: Connection, reply: string, how: Said): void {
  tellOf(by, reply, how)
  if (by.speech === 'cp') by.cp.state = 'Process Command'
}
