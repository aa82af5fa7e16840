import type { DocumentForm } from '../field-form.ts'
import type { CheckedProtocol } from './checked-protocol.ts'

const aboutSomebody =
  /^(?:JOINED|LEFT|BCST|PRIVATE_MESSAGE|NPM|RECEIVE_PRIVATE_MSG|PM_PUBKEY|PM_SESSIONKEY) (\w+)(?: |$)/
const privateWords = ['PRIVATE_MESSAGE', 'NPM', 'RECEIVE_PRIVATE_MSG']
/** I-5: the codes are what clients read. */
const texts: Readonly<Record<string, string>> = {
  FAIL00: 'UNKNOWN COMMAND',
  FAIL01: 'USER ALREADY LOGGED IN',
  FAIL02: 'USERNAME HAS AN INVALID FORMAT OR LENGTH',
  FAIL03: 'USER MUST LOGIN FIRST',
  FAIL04: 'USER CANNOT LOGIN TWICE',
  FAIL06: 'YOU ARE THE ONLY CONNECTED USER',
  FAIL07: 'USER DOES NOT EXIST',
  FAIL08: 'CANNOT SEND PRIVATE MESSAGE TO YOURSELF',
  FAIL09: 'MESSAGE IS EMPTY',
  FAIL12: 'USER CANNOT RECEIVE ENCRYPTED MESSAGES',
}

export const ident: CheckedProtocol = {
  signIn: /^IDENT (\S+)/,
  validName: /^\w{3,14}$/,
  mentions: [/^(?:PM|PRIVATE_MESSAGE|PM_SESSIONKEY) (\w+) /g],
  nameTaken: /^FAIL01\b/,
  accepted: /^OK IDENT\b/,
  password: /^(IDENT \S+ )(\S.*)$/,
  lineEnd: '\n',
  heartbeat: { ping: 'PING', pong: 'PONG' },
  varying: [{ line: /^INIT (?<varies>.+)$/dg, called: 'welcome' }],
  emptyMailbox: ['+200ms', '-> QUIT', '<- OK Goodbye', '<- [closed]'],
  sieve: (scene) => ({
    sift(line) {
      if (line === 'PING' && !scene.says('PING')) return { line: null, reply: 'PONG' }
      const [, who] = aboutSomebody.exec(line) ?? []
      if (who !== undefined && !scene.has(who)) return { line: null }
      const [, users] = /^OK USERS (.*)$/.exec(line) ?? []
      if (users === undefined) return { line }
      const ours = users.split(':').filter((user) => scene.has(user))
      return { line: `OK USERS ${ours.join(':')}` }
    },
  }),
  fieldForms: (line, wanted) => [
    ...failForms(line),
    ...privateForms(line),
    ...goodbyeForms(line),
    ...userForms(line, wanted),
  ],
}

function failForms(line: string): readonly DocumentForm[] {
  const [, code = ''] = /^(FAIL\d\d)\b/.exec(line) ?? []
  if (code === 'FAIL05') {
    return ['NO RESPONSE TO PING', 'PONG WITHOUT PING'].map((text) => ({ text: `FAIL05 ${text}`, ruling: 'I-5' }))
  }
  const text = texts[code]
  return text === undefined ? [] : [{ text: `${code} ${text}`, ruling: 'I-5' }]
}

/** I-3: three words for the same. */
function privateForms(line: string): readonly DocumentForm[] {
  const [, word = '', rest = ''] = /^(\w+)( .*)$/.exec(line) ?? []
  if (!privateWords.includes(word)) return []
  return privateWords.map((other) => ({ text: other + rest, ruling: 'I-3' }))
}

/** The document's own table writes it in capital letters. */
function goodbyeForms(line: string): readonly DocumentForm[] {
  return /^OK goodbye$/i.test(line) ? [{ text: 'OK Goodbye', ruling: 'I-9' }] : []
}

/** I-1: in an order of its own. */
function userForms(line: string, wanted: string): readonly DocumentForm[] {
  const [came, known] = [line, wanted].map((each) => /^OK USERS (.+)$/.exec(each)?.[1]?.split(':').toSorted().join())
  return came !== undefined && came === known ? [{ text: wanted, ruling: 'I-1' }] : []
}
