import { isBody, type Body } from '@parley/protocols'
import type { DocumentForm } from '../field-form.ts'
import { readJson } from '../json-text.ts'
import type { CheckedProtocol } from './checked-protocol.ts'

/** The member that says who caused a message. */
const causes: Readonly<Record<string, string>> = {
  JOINED: 'username',
  LEFT: 'username',
  BROADCAST: 'username',
  PRIVATE_MESSAGE: 'sender',
  SECURE_MESSAGE_REQ: 'sender',
  SECURE_MESSAGE: 'sender',
  FILE_TRANSFER_REQUEST: 'sender',
}
/** J-13 */
const guesses: Readonly<Record<string, Body>> = {
  TOO_LOW: { status: 'ERROR', code: 7005, result: -1, message: 'Your guess is too low.' },
  TOO_HIGH: { status: 'ERROR', code: 7006, result: 1, message: 'Your guess is too high.' },
  CORRECT: { status: 'OK', result: 0, message: 'Congratulations! Your guess is correct!' },
  OUT_OF_RANGE: { status: 'ERROR', code: 7007 },
}

interface Message {
  readonly word: string
  readonly body: Body
}

export const json: CheckedProtocol = {
  signIn: /^LOGIN(?:_REQ)? .*"username":\s*"(\w+)"/,
  validName: /^\w{3,14}$/,
  mentions: [/"(?:receiver|sender)":\s*"(\w+)"/g],
  nameTaken: /^LOGIN_RESP .*\b5000\b/,
  accepted: /^LOGIN_RESP .*"OK"/,
  password: /^(LOGIN(?:_REQ)? .*"password"\s*:\s*")((?:[^"\\]|\\.)*)(?=")/,
  lineEnd: '\n',
  heartbeat: { ping: 'PING', pong: 'PONG' },
  varying: [
    { line: /^WELCOME .*"msg"\s*:\s*"(?<varies>[^"]+)"/dg, called: 'msg' },
    { line: /^GAME_RESULTS .*?"(?<varies>\d+) ms"/dg, called: 'ms' },
  ],
  emptyMailbox: ['+200ms', '-> BYE', '<- BYE_RESP {"status": "OK"}', '<- [closed]'],
  sieve: (scene) => ({
    sift(line) {
      if (line === 'PING' && !scene.says('PING')) return { line: null, reply: 'PONG' }
      const { word, body } = messageOf(line)
      if (word.startsWith('GAME_') && !scene.says('GAME')) return { line: null }
      const who = inDocumentForm({ word, body })?.body[causes[word] ?? ''] ?? body[causes[word] ?? '']
      if (typeof who === 'string' && !scene.has(who)) return { line: null }
      const users = word === 'LIST_USERS_RESP' ? body['users'] : undefined
      if (!Array.isArray(users)) return { line }
      const ours = users.filter((user) => typeof user !== 'string' || scene.has(user))
      return { line: ours.length === users.length ? line : lineOf({ word, body: { ...body, users: ours } }) }
    },
  }),
  fieldForms(line) {
    const message = messageOf(line)
    const meant = inDocumentForm(message)
    return meant ? [{ text: lineOf(meant), ruling: meant.ruling }] : guessForms(message)
  },
  companions: [{ name: 'json-files', option: 'files', port: (main) => main + 1 }],
  levels: {
    1: ['sign-in', 'broadcasts', 'heartbeat', 'leaving', 'commands', 'framing'],
    2: ['users', 'private-messages', 'game'],
    3: ['files'],
    4: ['secure-messages'],
  },
}

/** The rulings list each of these as what programs say after LOGIN. */
function inDocumentForm({ word, body }: Message): (Message & { readonly ruling: string }) | undefined {
  const { code, encryptedMessage, ...rest } = body
  if (word === 'DSCN' && code !== undefined) return { word, body: rest, ruling: 'J-5' }
  if (word === 'PRIVATE_MESSAGE' && typeof body['message'] === 'string' && code === 0) {
    const inner = readJson(body['message'])
    return inner.ok && isBody(inner.value) ? { word, body: inner.value, ruling: 'J-6' } : undefined
  }
  if (word === 'SECURE_MESSAGE' && encryptedMessage !== undefined) {
    const { receiver: _, ...members } = rest
    return { word, body: { ...members, message: encryptedMessage }, ruling: 'J-18' }
  }
  if (word === 'SECURE_MESSAGE_RES' && body['sender'] !== undefined && body['receiver'] !== undefined) {
    const { sender: _, ...members } = body
    return { word, body: members, ruling: 'J-17' }
  }
  return undefined
}

function guessForms({ word, body }: Message): readonly DocumentForm[] {
  const meant = word === 'GUESS_NUMBER_RESP' ? guesses[String(body['status'])] : undefined
  return meant ? [{ text: lineOf({ word, body: meant }), ruling: 'J-13' }] : []
}

function messageOf(line: string): Message {
  const [, word = '', text = ''] = /^(\S*)\s?(.*)$/s.exec(line) ?? []
  const read = readJson(text)
  return { word, body: read.ok && isBody(read.value) ? read.value : {} }
}

function lineOf({ word, body }: Message): string {
  return `${word} ${JSON.stringify(body)}`
}
