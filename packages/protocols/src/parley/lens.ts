import { linesIn, textField, type Dissect } from '../kit/fields.ts'
import type { Field } from '../lens-view.ts'
import { fieldsOfObject } from '../kit/fields-of-json.ts'

/** Where the page of `parley` says what an event is. */
const sections: { readonly [event: string]: string } = {
  joined: 'parley.md Users',
  left: 'parley.md Users',
  message: 'parley.md Talk',
  'message-deleted': 'parley.md History',
  'group-kicked': 'parley.md Groups',
  'group-joined': 'parley.md Groups',
  'group-left': 'parley.md Groups',
  'group-admin': 'parley.md Groups',
  read: 'parley.md Read marks',
  'game-announced': 'parley.md The game',
  'game-started': 'parley.md The game',
  'game-cancelled': 'parley.md The game',
  'game-finished': 'parley.md The game (ms)',
}
/** Members that mean the same in every event. */
const members: { readonly [member: string]: string } = {
  seq: 'parley.md Frames (seq)',
  at: 'parley.md Frames (at)',
  kept: 'parley.md Talk (kept)',
  nonce: 'parley.md Talk (nonce)',
  sealed: 'parley.md Talk (sealed)',
}

export const dissectParley: Dissect = (bytes) => linesIn(bytes).map(fieldsOf)

function fieldsOf(line: string): readonly Field[] {
  const text = line.slice(0, -1)
  const { event } = JSON.parse(text) as { readonly event: string }
  const section = sections[event]!
  // The number of a read mark is not that of the event.
  const own = event === 'read' ? {} : members
  const clauseOf = (member: string | null) => (member === null ? 'parley.md Frames' : (own[member] ?? section))
  return [...fieldsOfObject(text, clauseOf), textField('line end', '\n', 'parley.md Frames (TCP)')]
}
