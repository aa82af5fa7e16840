import type { DocumentForm, Silence } from '../field-form.ts'
import type { CheckedProtocol, Scene } from './checked-protocol.ts'

const aboutSomebody = [/^BCST \[(\w+)\] /, /^(?:REQUEST_PUBLIC_KEY|PUBLIC_KEY|FILE_TRANS) @(\w+) /, /^PM (\w+) /]

export const helo: CheckedProtocol = {
  signIn: /^HELO (\S+)/,
  validName: /^\w{1,32}$/,
  mentions: [
    /(?<= )@{1,2}(\w+)/g,
    /^(?:CREATE_GROUP|JOIN_GROUP|LEAVE_GROUP|KICK) (?:\/\w+ )?(\w+)/g,
    /^KICK (?:\/\w+ )?\w+ (\w+)/g,
  ],
  nameTaken: /^-ERR user already logged in/,
  accepted: /^\+OK HELO\b/,
  password: /^(HELO \S+ )(\S.*)$/,
  lineEnd: '\n',
  heartbeat: { ping: 'PING', pong: 'PONG' },
  varying: [
    { line: /^HELO Welkom to (?<varies>.+)$/dg, called: 'server' },
    { line: /^(?:READY_FOR_FILE .*|OPEN_PORT_TO_RECEIVE) (?<varies>\d+)$/dg, called: 'port' },
    { line: /^REQUEST_PUBLIC_KEY @\S+ (?<varies>\S+)$/dg, called: 'time' },
  ],
  emptyMailbox: ['+200ms', '-> QUIT', '<- +OK Goodbye', '<- [closed]'],
  sieve: (scene) => ({
    sift(line) {
      if (line === 'PING' && !scene.says('PING')) return { line: null, reply: 'PONG' }
      for (const pattern of aboutSomebody) {
        const [, who] = pattern.exec(line) ?? []
        if (who !== undefined && !scene.has(who)) return { line: null }
      }
      const [, list] = /^\+SUCCESS \[(.*)\]$/.exec(line) ?? []
      return { line: list === undefined ? line : `+SUCCESS [${ours(list, scene)}]` }
    },
  }),
  fieldForms: (line, wanted) => [
    ...welcomeForms(line),
    ...listForms(line, wanted),
    ...groupForms(line),
    ...privateForms(line),
  ],
  // H-5
  fieldExtra: /^\+OK PM\b/,
  fieldSilence,
}

/** Users, or groups with their admin and members. H-4: connections of others are `unknown`, too. */
function ours(list: string, scene: Scene): string {
  const groups = list.match(/\w+ \([^)]*\)/g) ?? list.match(fieldGroup)
  if (groups) return groups.filter((group) => scene.has(nameOf(group))).join(', ')
  return list
    .split(', ')
    .filter((user) => (nameOf(user) === 'unknown' ? scene.alone : scene.has(nameOf(user))))
    .join(', ')
}

/** H-2: a group as a program in the field prints it, up to the next one. */
const fieldGroup = /Group name='\w+'(?:(?!, Group name=).)*/g

/** Of a group or a user, in quotation marks or not. */
function nameOf(item: string): string {
  const [, group] = /^Group name='(\w+)'/.exec(item) ?? []
  const [, quoted] = /^'(.*)'$/.exec(item) ?? []
  return group ?? quoted ?? item.split(' ')[0]!
}

/** H-4: names in quotation marks. H-2: groups, of which only the names can be relied on. */
function listForms(line: string, wanted: string): readonly DocumentForm[] {
  const [, list = ''] = /^\+SUCCESS \[(.+)\]$/.exec(line) ?? []
  const groups = list.match(fieldGroup)
  if (!groups)
    return sameNames(list.split(', ').map(nameOf), wanted.replace(/^\+SUCCESS \[|\]$/g, '').split(', '), wanted)
  const known = Array.from(wanted.matchAll(/(\w+) \(/g), ([, name]) => name)
  return known.join() === groups.map(nameOf).join() ? [{ text: wanted, ruling: 'H-2' }] : []
}

/** H-4: in an order of its own, too. */
function sameNames(came: readonly string[], known: readonly string[], wanted: string): readonly DocumentForm[] {
  return came.toSorted().join() === known.toSorted().join() ? [{ text: wanted, ruling: 'H-4' }] : []
}

/** H-8: what a private message is at a server that hands on what it gets. */
function privateForms(line: string): readonly DocumentForm[] {
  const [, sender, text] = /^PM (\w+) (.+)$/.exec(line) ?? []
  return sender === undefined ? [] : [{ text: `BCST [${sender}] (private) ${text}`, ruling: 'H-8' }]
}

/** H-11: servers of others may say nothing at the end of a file, and leave its connection open. */
function fieldSilence({ wanted, first }: Silence): string | undefined {
  const sendsFile = Buffer.from(first.subarray(0, 6)).toString('latin1') === 'FILE <'
  return sendsFile && /^(?:FILE_STATUS |\[closed\]$)/.test(wanted) ? 'H-11' : undefined
}

/** H-1: what a client reads of the greeting. */
function welcomeForms(line: string): readonly DocumentForm[] {
  const [, rest] = /^HELO Welkom(.*)$/.exec(line) ?? []
  return rest === undefined ? [] : [{ text: `HELO Welkom to ${rest.trim() || 'you'}`, ruling: 'H-1' }]
}

/** H-6: the group in front of the message, and the stray quotation mark of 7.9. */
function groupForms(line: string): readonly DocumentForm[] {
  const [, message] = /^GROUP_MESSAGE \w+: (\[.*)$/.exec(line) ?? []
  if (message !== undefined) return [{ text: `GROUP_MESSAGE ${message}`, ruling: 'H-6' }]
  return /^\+SUCCESS .*"$/.test(line) ? [{ text: line.slice(0, -1), ruling: 'H-6' }] : []
}
