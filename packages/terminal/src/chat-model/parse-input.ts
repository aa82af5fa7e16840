import { parsePort, parseTarget, type Target } from '../forwarding/target.ts'
import { commands, type CommandName, type CommandSpec } from './commands.ts'
import { nearest } from './nearest.ts'

/** What somebody wants who typed a line. */
export type Action =
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: NameAndText; readonly name: string; readonly text: string }
  | { readonly do: NameAlone; readonly name: string }
  | { readonly do: 'group kick' | 'group hand-on'; readonly name: string; readonly user: string }
  | { readonly do: 'export'; readonly path: string }
  | { readonly do: 'devices revoke'; readonly number: number }
  | { readonly do: 'file'; readonly name: string; readonly path: string }
  | { readonly do: 'tunnel'; readonly name: string; readonly port: number }
  | { readonly do: 'accept'; readonly number: number | null; readonly target: Target | null }
  | { readonly do: 'game guess'; readonly guess: number }
  | { readonly do: 'query'; readonly name: string; readonly text: string | null }
  | { readonly do: TextAlone; readonly text: string }
  | { readonly do: 'part' | 'ignore'; readonly name: string | null }
  | { readonly do: NumberOrNone; readonly number: number | null }
  | { readonly do: 'raw'; readonly on: boolean }
  | { readonly do: WordAlone }
  | { readonly do: 'quit' }

type NameAndText = 'msg' | 'group say' | 'group plain'
type TextAlone = 'me' | 'search' | 'recovery restore'
type NumberOrNone = 'cancel' | 'decline' | 'tunnel close' | 'delete'
type NameAlone = 'group create' | 'group join' | 'group leave' | 'verify' | 'accept-key'
type WordAlone =
  | 'close'
  | 'clear'
  | 'tunnel list'
  | 'users'
  | 'group list'
  | 'game start'
  | 'game join'
  | 'inbox'
  | 'recovery make'
  | 'recovery anew'
  | 'discard'
  | 'devices'
  | 'help'

export type Parsed = { readonly ok: true; readonly action: Action } | { readonly ok: false; readonly message: string }

/** A line of input; null: it is blank. The message says what to write instead. */
export function parseInput(line: string): Parsed | null {
  if (line.trim() === '') return null
  if (!line.startsWith('/')) return { ok: true, action: { do: 'say', text: line } }
  if (line.startsWith('//')) return { ok: true, action: { do: 'say', text: line.slice(1) } }
  const found = commands.find(({ name }) => `${line.trim()} `.startsWith(`/${name} `))
  if (!found) return { ok: false, message: unknown(line) }
  const rest = line
    .trimStart()
    .slice(found.name.length + 1)
    .trimStart()
  const action = readers[found.name](rest)
  return action ? { ok: true, action } : { ok: false, message: `write /${found.name} ${found.usage}`.trimEnd() }
}

type Reader = (rest: string) => Action | null

const readers = {
  msg: withText('msg'),
  query: (rest) => {
    const [name, ...more] = wordsOf(rest)
    if (name === undefined) return null
    return { do: 'query', name, text: more.length === 0 ? null : nameAndText(rest)[1] }
  },
  me: withTextAlone('me'),
  search: withTextAlone('search'),
  join: withName('group join'),
  part: withNameOrNone('part'),
  ignore: withNameOrNone('ignore'),
  close: alone('close'),
  clear: alone('clear'),
  cancel: withNumberOrNone('cancel'),
  'tunnel list': alone('tunnel list'),
  'tunnel close': withNumberOrNone('tunnel close'),
  users: alone('users'),
  'group create': withName('group create'),
  'group join': withName('group join'),
  'group leave': withName('group leave'),
  'group kick': withMember('group kick'),
  'group hand-on': withMember('group hand-on'),
  'group say': withText('group say'),
  'group plain': withText('group plain'),
  'group list': alone('group list'),
  file: (rest) => {
    const [name, path] = nameAndText(rest)
    return path.trim() === '' ? null : { do: 'file', name, path: path.trim() }
  },
  tunnel: (rest) => {
    const [name, digits = '', ...more] = wordsOf(rest)
    const port = parsePort(digits)
    return name !== undefined && port !== null && more.length === 0 ? { do: 'tunnel', name, port } : null
  },
  accept: (rest) => {
    const found = /^(?:(\d{1,6})(?:\s+|$))?(\S+)?\s*$/.exec(rest)
    const [, digits, where] = found ?? []
    const target = where === undefined ? null : parseTarget(where)
    if (!found || (where !== undefined && !target)) return null
    return { do: 'accept', number: digits === undefined ? null : Number(digits), target }
  },
  decline: withNumberOrNone('decline'),
  'game start': alone('game start'),
  'game join': alone('game join'),
  'game guess': (rest) => (/^-?\d{1,9}\s*$/.test(rest) ? { do: 'game guess', guess: Number(rest) } : null),
  inbox: alone('inbox'),
  verify: withName('verify'),
  'accept-key': withName('accept-key'),
  raw: (rest) => (/^(?:on|off)\s*$/.test(rest) ? { do: 'raw', on: rest.trim() === 'on' } : null),
  'recovery make': alone('recovery make'),
  'recovery restore': withTextAlone('recovery restore'),
  'recovery anew': alone('recovery anew'),
  discard: alone('discard'),
  delete: withNumberOrNone('delete'),
  export: (rest) => (rest.trim() === '' ? null : { do: 'export', path: rest.trim() }),
  devices: alone('devices'),
  'devices revoke': (rest) => (/^\d{1,15}\s*$/.test(rest) ? { do: 'devices revoke', number: Number(rest) } : null),
  help: alone('help'),
  quit: alone('quit'),
} satisfies Record<CommandName, Reader>

function alone(name: WordAlone | 'quit'): Reader {
  return (rest) => (rest.trim() === '' ? { do: name } : null)
}

function withName(name: NameAlone): Reader {
  return (rest) => {
    const [one, ...more] = wordsOf(rest)
    return one !== undefined && more.length === 0 ? { do: name, name: one } : null
  }
}

function withMember(name: 'group kick' | 'group hand-on'): Reader {
  return (rest) => {
    const [group, user, ...more] = wordsOf(rest)
    return group !== undefined && user !== undefined && more.length === 0 ? { do: name, name: group, user } : null
  }
}

function withNameOrNone(name: 'part' | 'ignore'): Reader {
  return (rest) => {
    const [one = null, ...more] = wordsOf(rest)
    return more.length === 0 ? { do: name, name: one } : null
  }
}

function withNumberOrNone(name: NumberOrNone): Reader {
  return (rest) => {
    const found = /^(\d{1,6})?\s*$/.exec(rest)
    return found ? { do: name, number: found[1] === undefined ? null : Number(found[1]) } : null
  }
}

function withTextAlone(name: TextAlone): Reader {
  return (rest) => (rest.trim() === '' ? null : { do: name, text: rest })
}

/** The text stays as it was typed behind one blank. */
function withText(name: NameAndText): Reader {
  return (rest) => {
    const [who, text] = nameAndText(rest)
    return text.trim() === '' ? null : { do: name, name: who, text }
  }
}

function nameAndText(rest: string): readonly [string, string] {
  const [, name = '', text = ''] = /^(\S+)\s([^]*)$/.exec(rest) ?? []
  return [name, text]
}

function wordsOf(rest: string): string[] {
  return rest.split(/\s+/).filter((word) => word !== '')
}

function unknown(line: string): string {
  const [word = '', second] = wordsOf(line.slice(1))
  const seconds: readonly CommandSpec[] = commands.filter(({ name }) => name.startsWith(`${word} `))
  if (seconds.length === 0) {
    const meant = nearest(word, [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))])
    const hint = meant === null ? '' : `did you mean /${meant}? `
    return `there is no command /${word}; ${hint}/help shows those that there are`
  }
  const wrong = second === undefined ? '' : ` has no ${second}; it`
  return `/${word}${wrong} needs one of ${seconds.map(({ name }) => name.slice(word.length + 1)).join(', ')} behind it`
}
