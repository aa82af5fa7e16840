import { command, type Command, type When } from '../kit/commands.ts'
import { readBody } from './body.ts'
import type { JsonConnection } from './connection.ts'
import { readRequest, readResponse, request, response } from './files.ts'
import { guess, joinGame, readGuess, startGame } from './game.ts'
import { keyRequest, keyResponse, readKeyRequest, readKeyResponse, readSecureMessage, secureMessage } from './keys.ts'
import type { UserResponse } from './replies.ts'
import { broadcastReq, privateMessageReq, readBroadcast, readPrivateMessage } from './talk.ts'
import { bye, listUsers, login, loginReq, pong, readLogin } from './users.ts'

/** `response`: what is said to whoever has not signed in begins with it (J-3). */
type JsonCommand<W extends When> = Command<W, JsonConnection, unknown> & { readonly response: UserResponse }

/**
 * Every command of `json`: who may say it, what takes its body apart, what carries it out, and what
 * it is answered with. In the order of json.txt.
 */
export const commands = {
  LOGIN_REQ: command({ when: 'anyone', read: readLogin, run: loginReq }),
  LOGIN: command({ when: 'anyone', read: readLogin, run: login }),
  BROADCAST_REQ: {
    ...command({ when: 'signed-in', read: readBroadcast, run: broadcastReq }),
    response: 'BROADCAST_RESP',
  },
  PONG: command({ when: 'anyone', read: readBody, run: pong }),
  BYE: command({ when: 'anyone', read: readBody, run: bye }),
  LIST_USERS_REQ: {
    ...command({ when: 'signed-in', read: readBody, run: listUsers }),
    response: 'LIST_USERS_RESP',
  },
  PRIVATE_MESSAGE_REQ: {
    ...command({ when: 'signed-in', read: readPrivateMessage, run: privateMessageReq }),
    response: 'PRIVATE_MESSAGE_RESP',
  },
  START_GAME_REQ: {
    ...command({ when: 'signed-in', read: readBody, run: startGame }),
    response: 'START_GAME_RESP',
  },
  JOIN_GAME_REQ: {
    ...command({ when: 'signed-in', read: readBody, run: joinGame }),
    response: 'JOIN_GAME_RESP',
  },
  GUESS_NUMBER_REQ: {
    ...command({ when: 'signed-in', read: readGuess, run: guess }),
    response: 'GUESS_NUMBER_RESP',
  },
  FILE_TRANSFER_REQUEST: {
    ...command({ when: 'signed-in', read: readRequest, run: request }),
    response: 'FILE_TRANSFER_RESPONSE',
  },
  FILE_TRANSFER_RESPONSE: {
    ...command({ when: 'signed-in', read: readResponse, run: response }),
    response: 'FILE_TRANSFER_RESPONSE',
  },
  SECURE_MESSAGE_REQ: {
    ...command({ when: 'signed-in', read: readKeyRequest, run: keyRequest }),
    response: 'SECURE_MESSAGE_RES',
  },
  SECURE_MESSAGE_RES: {
    ...command({ when: 'signed-in', read: readKeyResponse, run: keyResponse }),
    response: 'SECURE_MESSAGE_RES',
  },
  SECURE_MESSAGE: {
    ...command({ when: 'signed-in', read: readSecureMessage, run: secureMessage }),
    response: 'SECURE_MESSAGE_RES', // J-18
  },
} satisfies { readonly [header: string]: Command<'anyone', JsonConnection, unknown> | JsonCommand<'signed-in'> }
