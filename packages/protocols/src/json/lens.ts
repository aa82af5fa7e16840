import type { EventKind } from '@parley/core'
import { linesIn, textField, type Dissect } from '../kit/fields.ts'
import type { Field } from '../lens-view.ts'
import { fieldsOfObject } from '../kit/fields-of-json.ts'

/** A header, a blank, and a body of JSON. */
const shape = /^([A-Z_]+) (\{.*\})\n$/s

export const dissectJson: Dissect = (bytes, kind) => linesIn(bytes).map((line) => fieldsOf(line, kind))

function fieldsOf(line: string, kind: EventKind): readonly Field[] {
  const [, header = '', body = '{}'] = shape.exec(line) ?? []
  const clause = clauseOf(kind, header, body)
  return [
    textField('header', header, clause),
    textField('blank', ' ', 'json.txt Level 1'),
    ...fieldsOfObject(body, (member) => (member === null ? 'json.txt Level 1' : clause)),
    textField('line end', '\n', 'X-10'),
  ]
}

/** What the document says of this message. */
function clauseOf(kind: EventKind, header: string, body: string): string {
  switch (kind) {
    case 'user-joined':
      return 'json.txt 1 (5)'
    case 'user-left':
      return 'json.txt 4 (3)'
    case 'broadcast':
      return 'json.txt 2 (1)'
    case 'private-message':
      return body.startsWith('{"code":') ? 'J-6' : 'json.txt 8 (2)'
    case 'game-announced':
      return 'json.txt 9.1 (3)'
    case 'game-started':
      return header === 'START_GAME_RESP' ? 'json.txt 9.1 (5)' : 'json.txt 9.5 (4)'
    case 'game-cancelled':
      return 'json.txt 9.1 code 6002'
    case 'game-finished':
      return body.startsWith('{"status":"OK"') ? 'json.txt 9.4 (1)' : 'json.txt 9.4 code 9002'
    case 'group-message':
    case 'group-member-kicked':
    case 'kicked-from-group':
    case 'group-inherited':
    case 'conversation-read':
    case 'group-member-joined':
    case 'group-member-left':
    case 'group-admin-changed':
    case 'sealed-group-message':
    case 'message-deleted':
      throw new Error(`json has no words for ${kind}`)
  }
}
