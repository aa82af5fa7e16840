import { isBody, jsonNotation } from '@parley/protocols'
import { readJson } from '../json-text.ts'
import type { JudgedProtocol } from './demand.ts'
import { lineDemands, signedIn, type LineWords } from './line-demands.ts'

const words: LineWords = {
  greeting: 'WELCOME {"msg": "Welcome to the judge"}',
  signIn: /^LOGIN(?:_REQ)? .*"username"\s*:\s*"(?<name>\w{3,14})"/,
  signingIn: 'sign in with LOGIN_REQ and a username of 3 to 14 letters, digits or _',
  accepted: 'LOGIN_RESP {"status": "OK"}',
  nameTaken: 'LOGIN_RESP {"status": "ERROR", "code": 5000}',
  afterNameTaken: /^(?:LOGIN(?:_REQ)? |BYE)/,
  error: 'UNKNOWN_COMMAND',
  unknown: 'WEATHER {"rain": true}',
  others: [
    'JOINED {"username": "eve"}',
    'BROADCAST {"username": "eve", "message": "hello"}',
    'LEFT {"username": "eve"}',
  ],
  farewell: 'DSCN {"reason": 7100}',
  proves: {
    greeting: 'json.txt 1 (1): the server welcomes a new connection',
    signIn: 'json.txt 1 (3): a user name that is accepted is answered with LOGIN_RESP',
    nameTaken: 'json.txt 1 code 5000: the name is logged in already',
    ping: 'json.txt 3 (2): the client answers PONG',
    error: 'json.txt 5 (2): the client remains connected',
    broadcast: 'json.txt 2 (1): all other clients hear BROADCAST with the sender and the message',
    farewell: 'json.txt 3 code 7000: DSCN before the close',
  },
}
const headers =
  /^(?:LOGIN_REQ|BROADCAST_REQ|PONG|BYE|LIST_USERS_REQ|PRIVATE_MESSAGE_REQ|START_GAME_REQ|JOIN_GAME_REQ|GUESS_NUMBER_REQ|FILE_TRANSFER_REQUEST|FILE_TRANSFER_RESPONSE|SECURE_MESSAGE_REQ|SECURE_MESSAGE_RES|SECURE_MESSAGE)$/

export const json: JudgedProtocol = {
  notation: jsonNotation,
  complaint(line, strict) {
    const [, header = '', body = ''] = /^(\S*)\s*(.*)$/s.exec(line) ?? []
    // J-1: what programs in the field say.
    const known = headers.test(header) || (header === 'LOGIN' && !strict)
    if (line !== '' && !known) return `the client says ${header}, which is no header of json`
    // J-2: a client in the field broadcasts a bare string.
    const bare = !strict && header === 'BROADCAST_REQ'
    const read = body.trim() === '' ? { ok: true as const, value: {} } : readJson(body)
    if (!read.ok) return 'the body is no JSON'
    return isBody(read.value) || (bare && typeof read.value === 'string') ? undefined : 'the body is no JSON object'
  },
  reply(line, name) {
    const [header = ''] = line.split(' ')
    if (header === 'BYE') return ['BYE_RESP {"status": "OK"}']
    if (header === 'LIST_USERS_REQ') return [`LIST_USERS_RESP {"status": "OK", "users": ["${name}", "eve"]}`]
    const [, request] = /^(BROADCAST|PRIVATE_MESSAGE)_REQ$/.exec(header) ?? []
    return request === undefined ? [] : [`${request}_RESP {"status": "OK"}`]
  },
  demands: [
    ...lineDemands(words),
    {
      name: 'events/members-in-any-order',
      proves: ['json.txt Level 1: a message may carry a JSON body'],
      script: [
        ...signedIn(words),
        { do: 'say', line: 'BROADCAST {"message":"hello","username":"eve"}' },
        { do: 'say', line: 'BROADCAST  { "username" : "eve" , "message" : "a \\"word\\" \\u00e9" }' },
        { do: 'say', line: 'PING' },
        { do: 'hear', line: /^PONG$/, what: 'answer PING with PONG', withinMs: 3_000 },
      ],
      meaning: 'The client takes the text of the body apart by itself. A JSON parser knows blanks, orders and escapes.',
    },
    {
      name: 'secure-messages/answers-a-key-request',
      proves: ['json.txt 11 (2): the receiver answers with its public key'],
      script: [
        ...signedIn(words),
        { do: 'say', line: 'SECURE_MESSAGE_REQ {"sender": "eve"}' },
        {
          do: 'hear',
          line: /^SECURE_MESSAGE_RES (?=.*"sender"\s*:\s*"eve")(?=.*"publicKey"\s*:\s*"[A-Za-z0-9+/=]{64,}")/,
          what: 'answer with "sender", who asked, and "publicKey", its key in base64',
          withinMs: 3_000,
          orSkip: 'it gives no public key',
        },
      ],
      meaning: 'The server finds the asker by the member "sender".',
    },
  ],
}
