import { asciiOf } from './ascii-only.ts'
import type { Groups } from './groups.ts'
import type { Connection, Person, State } from './state.ts'
import { input, signOut } from './users.ts'

const confirmationMs = 10_000

/** P-3, P-5, P-6, P-11 */
export function cpSays(
  state: State,
  groups: Groups,
  by: Connection,
  said: 'RMSG' | '250' | '550' | '201' | 'TERM',
): void {
  input(state, by, said)
  const { cp, person, heard } = by
  if (said === 'TERM') {
    signOut(state, groups, by)
    by.signInDue = state.now + by.words.signInMs
    return
  }
  if (!person) return void (said === 'RMSG' && heard.push('500 bad command'))
  if (said === '201') {
    if (cp.state === 'Error Processing') cp.state = 'Process Command'
    return
  }
  if (said === 'RMSG') {
    if (cp.state === 'Receiving Message') return void heard.push('500 bad command')
    Object.assign(cp, { lastStored: 0, rest: [], confirm: undefined, state: 'Receiving Message' })
    return handOut(state, by, person, '256 no new messages')
  }
  if (cp.state !== 'Receiving Message') return
  cp.confirmationDue = undefined
  if (said === '550') cp.state = 'Error Processing'
  else if (cp.rest.length > 0) sendPdu(state, by)
  else {
    cp.confirm?.()
    handOut(state, by, person, '255 end of messages')
  }
}

function handOut(state: State, to: Connection, person: Person, atEnd: string): void {
  const { cp } = to
  const message = state.mailbox(person.key).find(({ said }) => said.place > cp.lastStored)
  const broadcast = cp.broadcasts[0]
  if (message) {
    cp.lastStored = message.said.place
    const text = cp.isAscii ? asciiOf(message.text) : message.text
    cp.rest = [...to.words.privately(message.from, person.name, text, message.said)]
    cp.confirm = () => state.take(person.key, message)
  } else if (broadcast) {
    cp.rest = cp.isAscii ? broadcast.map(asciiOf) : [...broadcast]
    cp.confirm = () => void (cp.broadcasts = cp.broadcasts.filter((each) => each !== broadcast))
  } else {
    cp.state = 'Process Command'
    to.heard.push(atEnd)
    return
  }
  sendPdu(state, to)
}

function sendPdu(state: State, to: Connection): void {
  to.cp.last = to.cp.rest.shift()!
  to.heard.push(to.cp.last)
  to.cp.confirmationDue = state.now + confirmationMs
}
