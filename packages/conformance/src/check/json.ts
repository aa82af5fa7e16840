import type { CheckedProtocol, Scene } from './checked-protocol.ts'
import {
  filePortSilence,
  jsonFieldExtra,
  jsonFieldForms,
  jsonFieldLine,
  jsonLine,
  jsonMessage,
  type JsonMessage,
} from './json-field-forms.ts'

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
      const { word, body } = jsonMessage(line)
      if (isOfOthers({ word, body }, line, scene)) return { line: null }
      const users = word === 'LIST_USERS_RESP' ? body['users'] : undefined
      if (!Array.isArray(users)) return { line }
      const ours = users.filter((user) => typeof user !== 'string' || scene.has(user))
      return { line: ours.length === users.length ? line : jsonLine({ word, body: { ...body, users: ours } }) }
    },
  }),
  fieldForms: jsonFieldForms,
  fieldExtra: jsonFieldExtra,
  fieldWords: { opening: 'json in field form', sent: jsonFieldLine, ruling: 'J-1' },
  companions: [{ name: 'json-files', option: 'files', port: (main) => main + 1, fieldSilence: filePortSilence }],
  levels: {
    1: ['sign-in', 'broadcasts', 'heartbeat', 'leaving', 'commands', 'framing'],
    2: ['users', 'private-messages', 'game'],
    3: ['files'],
    4: ['secure-messages'],
  },
}

function isOfOthers({ word, body }: JsonMessage, line: string, scene: Scene): boolean {
  if (word.startsWith('GAME_') && !scene.says('GAME')) return true
  const cause = causes[word] ?? ''
  // J-6: the sender may stand inside the text of the message.
  const inside = word === 'PRIVATE_MESSAGE' ? jsonFieldForms(line, '').map(({ text }) => jsonMessage(text).body) : []
  const who = [body, ...inside].map((each) => each[cause]).find((name) => typeof name === 'string')
  // Somebody who has not signed in and is heard all the same.
  if (word === 'BROADCAST' && body['username'] === null) return true
  return typeof who === 'string' && !scene.has(who)
}
