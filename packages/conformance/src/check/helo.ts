import type { DocumentForm } from '../field-form.ts'
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
  fieldForms: (line) => [...welcomeForms(line), ...groupForms(line)],
  // H-5
  fieldExtra: /^\+OK PM\b/,
}

/** Users, or groups with their admin and members. H-4: connections of others are `unknown`, too. */
function ours(list: string, scene: Scene): string {
  const groups = list.match(/\w+ \([^)]*\)/g)
  if (groups) return groups.filter((group) => scene.has(group.split(' ')[0]!)).join(', ')
  return list
    .split(', ')
    .filter((user) => (user === 'unknown' ? scene.alone : scene.has(user)))
    .join(', ')
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
