import { parley } from './parley-words.ts'
import type { Said } from './said.ts'
import { lines, pieces } from './text.ts'

/** What a model's client speaks. `json-field` is `json` after LOGIN (J-1). */
export type Speech = 'ident' | 'helo' | 'json' | 'json-field' | 'cp' | 'chatos' | 'parley'

type Refusal = 'unknown' | 'empty' | 'rate' | 'full' | 'self'

/** A line that is only begun so: the rulings leave the rest open. */
const open = (begin: string) => `${begin}…`

/**
 * One protocol as its page of rulings has it: what a client writes (`say…`) and what it hears, as lines of its notation.
 * A line that ends in `…` stands for all that begin like it.
 */
export interface Words {
  readonly greeting: readonly string[]
  readonly name: RegExp
  /** Whether a refused sign-in also ends the connection. */
  readonly refusalEnds: boolean
  sayIn(name: string, password: string | undefined): string
  readonly welcome: (name: string) => string
  readonly badName: string
  /** Where it is told apart from any other that nobody can have. */
  readonly reservedName?: string
  readonly takenName: string
  readonly twice: readonly string[]
  readonly notSignedIn: string
  readonly nonsense: readonly [said: string, heard: string] | null
  sayAll(me: string, text: string): string
  said(text: string, how: Said): string
  readonly refusedBroadcast: { readonly [why in 'empty' | 'rate']: string }
  sayTo(me: string, to: string, text: string): string
  told(to: string, text: string, how: Said): readonly string[]
  readonly refusedTell: { readonly [why in Refusal]: string | null }
  readonly sayUsers: string | null
  users(names: readonly string[], unauthenticated: number): string
  readonly bye: readonly [said: string, ...heard: string[]] | null
  readonly joined: (name: string) => readonly string[]
  readonly left: (name: string) => readonly string[]
  broadcast(from: string, text: string, how: Said): readonly string[]
  privately(from: string, to: string, text: string, how: Said): readonly string[]
  /** A PONG that nothing asked for; null: there is no heartbeat. */
  readonly unasked: readonly string[] | null
  /** Where it is another one than that of the documents. */
  readonly heartbeat?: {
    readonly everyMs: number
    readonly answerMs: number
    readonly ping: string
    readonly pong: string
  }
  readonly lost: readonly string[]
  readonly signInLost: readonly string[]
  readonly signInMs: number
}

const ident: Words = {
  greeting: [open('INIT ')],
  name: /^[A-Za-z0-9_]{3,14}$/, // I-2
  refusalEnds: false,
  sayIn: (name, password) => (password === undefined ? `IDENT ${name}` : `IDENT ${name} ${password}`),
  welcome: (name) => `OK IDENT ${name}`,
  badName: 'FAIL02 USERNAME HAS AN INVALID FORMAT OR LENGTH', // I-5, as all the others
  takenName: 'FAIL01 USER ALREADY LOGGED IN',
  twice: ['FAIL04 USER CANNOT LOGIN TWICE'],
  notSignedIn: 'FAIL03 USER MUST LOGIN FIRST',
  nonsense: ['bcst hello', 'FAIL00 UNKNOWN COMMAND'],
  sayAll: (_, text) => `BCST ${text}`,
  said: (text) => `OK BCST ${text}`,
  refusedBroadcast: { empty: 'FAIL09 MESSAGE IS EMPTY', rate: 'FAIL10 TOO MANY MESSAGES' },
  sayTo: (_, to, text) => `PM ${to} ${text}`,
  told: (to, text) => [`OK PM ${to} ${text}`],
  refusedTell: {
    unknown: 'FAIL07 USER DOES NOT EXIST',
    empty: 'FAIL09 MESSAGE IS EMPTY',
    rate: 'FAIL10 TOO MANY MESSAGES',
    full: 'FAIL11 MAILBOX IS FULL',
    self: 'FAIL08 CANNOT SEND PRIVATE MESSAGE TO YOURSELF',
  },
  sayUsers: 'USERS',
  users: (names) => (names.length === 1 ? 'FAIL06 YOU ARE THE ONLY CONNECTED USER' : `OK USERS ${names.join(':')}`),
  bye: ['QUIT', 'OK Goodbye'], // I-9
  joined: (name) => [`JOINED ${name}`],
  left: (name) => [`LEFT ${name}`],
  broadcast: (from, text) => lines(text).map((line) => `BCST ${from} ${line}`),
  privately: (from, _, text) => lines(text).map((line) => `PRIVATE_MESSAGE ${from} ${line}`), // I-3
  unasked: ['FAIL05 PONG WITHOUT PING'], // I-8
  lost: ['DSCN Pong timeout', 'FAIL05 NO RESPONSE TO PING'],
  signInLost: [open('DSCN ')],
  signInMs: 60_000,
}

const helo: Words = {
  greeting: [open('HELO Welkom')], // H-1
  name: /^[A-Za-z0-9_]{1,32}$/,
  refusalEnds: true,
  sayIn: (name, password) => (password === undefined ? `HELO ${name}` : `HELO ${name} ${password}`),
  welcome: (name) => `+OK HELO ${name}`,
  badName: '-ERR username has an invalid format (only characters, numbers and underscores are allowed)',
  takenName: '-ERR user already logged in',
  twice: ['-SOFT_ERR you are already logged in'], // H-3
  notSignedIn: '-SOFT_ERR you must log in first',
  nonsense: ['bcst hello', '-SOFT_ERR unknown command'],
  sayAll: (_, text) => `BCST ${text}`,
  said: (text) => `+OK BCST ${text}`,
  refusedBroadcast: { empty: open('-SOFT_ERR '), rate: open('-SOFT_ERR ') },
  sayTo: (_, to, text) => `PM @${to} ${text}`,
  told: () => [], // H-5
  refusedTell: {
    unknown: '-SOFT_ERR no such user!', // H-8
    empty: open('-SOFT_ERR '),
    rate: open('-SOFT_ERR '),
    full: open('-SOFT_ERR '),
    self: "-SOFT_ERR you can't send a message to yourself!",
  },
  sayUsers: 'GET_USERS *all',
  users: (names, unauthenticated) =>
    `+SUCCESS [${[...names, ...Array<string>(unauthenticated).fill('unknown')].join(', ')}]`, // H-4
  bye: ['QUIT', '+OK Goodbye'],
  joined: () => [],
  left: () => [],
  broadcast: (from, text) => lines(text).map((line) => `BCST [${from}] ${line}`),
  privately: (from, _, text) => lines(text).map((line) => `BCST [${from}] (private) ${line}`), // H-8
  unasked: [], // H-14
  lost: ['DSCN Pong timeout'],
  signInLost: [open('DSCN ')],
  signInMs: 60_000,
}

function error(response: string, code: number): string {
  return `${response} {"status":"ERROR","code":${code}}`
}

const json: Words = {
  greeting: [open('WELCOME ')],
  name: /^[A-Za-z0-9_]{3,14}$/,
  refusalEnds: false,
  sayIn: (username, password) => `LOGIN_REQ ${JSON.stringify({ username, password })}`,
  welcome: () => 'LOGIN_RESP {"status":"OK"}',
  badName: error('LOGIN_RESP', 5001), // J-3
  takenName: error('LOGIN_RESP', 5000),
  twice: [error('LOGIN_RESP', 5002)],
  notSignedIn: error('BROADCAST_RESP', 6000),
  nonsense: ['HELLO {', 'UNKNOWN_COMMAND'], // J-2
  sayAll: (_, message) => `BROADCAST_REQ ${JSON.stringify({ message })}`,
  said: () => 'BROADCAST_RESP {"status":"OK"}',
  refusedBroadcast: { empty: error('BROADCAST_RESP', 6008), rate: error('BROADCAST_RESP', 6009) }, // J-4
  sayTo: (_, receiver, message) => `PRIVATE_MESSAGE_REQ ${JSON.stringify({ receiver, message })}`,
  told: () => ['PRIVATE_MESSAGE_RESP {"status":"OK"}'],
  refusedTell: {
    unknown: error('PRIVATE_MESSAGE_RESP', 6001),
    empty: error('PRIVATE_MESSAGE_RESP', 6008),
    rate: error('PRIVATE_MESSAGE_RESP', 6009),
    full: error('PRIVATE_MESSAGE_RESP', 6010),
    self: error('PRIVATE_MESSAGE_RESP', 6007),
  },
  sayUsers: 'LIST_USERS_REQ',
  users: (users) => `LIST_USERS_RESP ${JSON.stringify({ status: 'OK', users })}`, // J-7
  bye: ['BYE', 'BYE_RESP {"status":"OK"}'],
  joined: (username) => [`JOINED ${JSON.stringify({ username })}`],
  left: (username) => [`LEFT ${JSON.stringify({ username })}`],
  broadcast: (username, message) => [`BROADCAST ${JSON.stringify({ username, message })}`],
  privately: (sender, _, message) => [`PRIVATE_MESSAGE ${JSON.stringify({ sender, message })}`],
  unasked: ['PONG_ERROR {"code":8000}'], // J-5
  lost: ['DSCN {"reason":7000}'],
  signInLost: [open('DSCN ')],
  signInMs: 60_000,
}

const jsonField: Words = {
  ...json,
  sayIn: (username, password) => `LOGIN ${JSON.stringify({ username, password })}`,
  privately: (sender, _, message) => [
    `PRIVATE_MESSAGE ${JSON.stringify({ code: 0, status: 'OK', message: JSON.stringify({ sender, message }) })}`, // J-6
  ],
  lost: ['DSCN {"reason":7000,"code":7000}'],
}

const silent = { joined: () => [], left: () => [], unasked: null, lost: [], sayUsers: null, users: () => '', bye: null }

const cp: Words = {
  ...silent,
  greeting: [],
  name: /^[A-Za-z0-9_]{1,10}$/, // P-4
  refusalEnds: false,
  sayIn: (name) => `USER${name}`,
  welcome: () => '230 user authenticated successfully',
  badName: '560 error sending username',
  takenName: '565 error authenticating user',
  twice: ['500 bad command'], // P-3
  notSignedIn: '500 bad command',
  nonsense: ['HELO bob', '500 bad command'],
  sayAll: (_, text) => `SMSGall:${text}`, // P-8
  said: () => '240 message successfully sent',
  refusedBroadcast: { empty: '540 error sending message', rate: '540 error sending message' },
  sayTo: (_, to, text) => `SMSG${to}:${text}`,
  told: () => ['240 message successfully sent'],
  refusedTell: {
    unknown: '545 receiver user does not exist', // P-5
    empty: '540 error sending message',
    rate: '540 error sending message',
    full: '540 error sending message',
    self: null, // P-13
  },
  broadcast: (from, text) => pdus(`RMSG${from}:[all] `, text),
  privately: (from, _, text) => pdus(`RMSG${from}:`, text),
  signInLost: [],
  signInMs: 60_000, // P-11
}

/** P-9 */
function pdus(head: string, text: string): readonly string[] {
  const room = 1_024 - 2 - head.length
  return lines(text.replaceAll(':', ';')).flatMap((line) => pieces(line, room).map((piece) => head + piece))
}

const chatos: Words = {
  ...silent,
  greeting: [],
  name: /^[A-Za-z0-9_]{1,32}$/, // C-6
  refusalEnds: false,
  sayIn: (name) => `CR pseudo=${JSON.stringify(name)}`,
  welcome: () => 'ERROR OK',
  badName: 'ERROR Invalid-Pseudonym',
  takenName: 'ERROR Pseudo-Unavailable',
  twice: [], // C-1
  notSignedIn: 'ERROR Invalid-Pseudonym', // C-3
  nonsense: null,
  sayAll: (me, text) => `SMA sender=${JSON.stringify(me)} message=${JSON.stringify(text)}`,
  said: () => 'ERROR OK',
  refusedBroadcast: { empty: 'ERROR Unreachable-User', rate: 'ERROR Unreachable-User' }, // C-3
  sayTo: (me, to, text) => spm(me, to, text),
  told: () => ['ERROR OK'],
  refusedTell: {
    unknown: 'ERROR Unreachable-User',
    empty: 'ERROR Unreachable-User',
    rate: 'ERROR Unreachable-User',
    full: 'ERROR Unreachable-User',
    self: null, // C-2
  },
  broadcast: (from, text) => pieces(text, 1_024).map((piece) => chatos.sayAll(from, piece)), // C-10, C-14
  privately: (from, to, text) => pieces(text, 1_024).map((piece) => spm(from, to, piece)),
  signInLost: [],
  signInMs: 300_000, // C-9
}

function spm(from: string, to: string, text: string): string {
  return `SPM sender=${JSON.stringify(from)} recipient=${JSON.stringify(to)} message=${JSON.stringify(text)}`
}

export const words: { readonly [speech in Speech]: Words } = {
  ident,
  helo,
  json,
  'json-field': jsonField,
  cp,
  chatos,
  parley,
}

export function protocolOf(speech: Speech): string {
  return speech === 'json-field' ? 'json' : speech
}
