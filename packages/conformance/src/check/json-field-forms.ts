import { isBody, type Body } from '@parley/protocols'
import type { DocumentForm, Silence } from '../field-form.ts'
import { readJson } from '../json-text.ts'

export interface JsonMessage {
  readonly word: string
  readonly body: Body
}

type Meant = JsonMessage & { readonly ruling: string }

/** J-13 */
const guesses: Readonly<Record<string, Body>> = {
  TOO_LOW: { status: 'ERROR', code: 7005, result: -1, message: 'Your guess is too low.' },
  TOO_HIGH: { status: 'ERROR', code: 7006, result: 1, message: 'Your guess is too high.' },
  CORRECT: { status: 'OK', result: 0, message: 'Congratulations! Your guess is correct!' },
  OUT_OF_RANGE: { status: 'ERROR', code: 7007 },
}
/** J-15: no size beyond it is named. */
const mostSize = 2_147_483_647
const gameRequests = ['START_GAME_RESP', 'JOIN_GAME_RESP', 'GUESS_NUMBER_RESP']

/** What servers in the field say besides: J-11, a game in words of its own. */
export const jsonFieldExtra =
  /^(?:LIST_USERS_RESP|GAME_NOTIFICATION) .*"status"\s*:\s*null|^GAME_NOTIFICATION .*"Guessed Number: /

/** What a line that came may mean in the form of the document. */
export function jsonFieldForms(line: string, wanted: string): readonly DocumentForm[] {
  const message = jsonMessage(line)
  return meanings(message, jsonMessage(wanted)).map((meant) => ({ text: jsonLine(meant), ruling: meant.ruling }))
}

/** J-16: some servers leave the connection of a sender open when everything has arrived. */
export function filePortSilence({ wanted, first, finished }: Silence): string | undefined {
  return wanted === '[closed]' && finished && first[0] === 'S'.charCodeAt(0) ? 'J-16' : undefined
}

/** J-15, J-17, J-18: what a client of this name says after LOGIN, having heard these lines. */
export function jsonFieldLine(line: string, name: string, heard: readonly string[]): string {
  const { word, body } = jsonMessage(line)
  if (Object.keys(body).length === 0) return line
  switch (word) {
    case 'LOGIN_REQ': {
      const [, rest = ''] = /^LOGIN_REQ(.*)$/s.exec(line) ?? []
      return `LOGIN${rest}`
    }
    case 'FILE_TRANSFER_REQUEST': {
      const { checksum: _, ...rest } = body
      return jsonLine({ word, body: { sender: name, ...rest } })
    }
    case 'SECURE_MESSAGE_REQ':
      return jsonLine({ word, body: { sender: name, ...body } })
    case 'SECURE_MESSAGE_RES':
      return jsonLine({ word, body: { receiver: name, ...body } })
    case 'SECURE_MESSAGE': {
      const { message, ...rest } = body
      const sealed = 'message' in body ? { ...rest, encryptedMessage: message } : body
      const keys = heard.map(jsonMessage).filter((message) => message.word === 'SECURE_MESSAGE_RES')
      const receiver = keys.at(-1)?.body['receiver']
      return jsonLine({ word, body: { sender: name, ...(receiver !== undefined && { receiver }), ...sealed } })
    }
    default:
      return line
  }
}

export function jsonMessage(line: string): JsonMessage {
  const [, word = '', text = ''] = /^(\S*)\s?(.*)$/s.exec(line) ?? []
  const read = readJson(text)
  return { word, body: read.ok && isBody(read.value) ? read.value : {} }
}

export function jsonLine({ word, body }: JsonMessage): string {
  return `${word} ${JSON.stringify(body)}`
}

function* meaningsOf(came: JsonMessage, wanted: JsonMessage): Iterable<Meant> {
  const { word } = came
  const body = filled(came.body, wanted.body)
  // J-1: every member that the server knows is there, null or 0 where it has nothing to say.
  yield { word, body, ruling: 'J-1' }
  if (word === 'WELCOME') yield { word, body: { msg: body['message'] }, ruling: 'J-1' }
  if (word === 'BYE_RESP' && body['status'] === undefined) yield { word, body: { status: 'OK' }, ruling: 'J-1' }
  if (word === 'BROADCAST') yield { word, body: { ...body, message: insideOf(body['message']) }, ruling: 'J-1' }
  if (typeof body['code'] === 'number') {
    const refusal = { status: 'ERROR', code: body['code'] }
    yield { word, body: refusal, ruling: 'J-1' }
    if (word === 'PRIVATE_MESSAGE_RESP') yield { word: 'SECURE_MESSAGE_RES', body: refusal, ruling: 'J-17' }
    // J-11: every refusal about a game is a notification with its code.
    if (word === 'GAME_NOTIFICATION')
      for (const each of gameRequests) yield { word: each, body: refusal, ruling: 'J-11' }
  }
  yield* files({ word, body }, wanted)
  yield* sealed({ word, body })
  yield* game({ word, body }, wanted)
  const { code, ...rest } = came.body
  if (word === 'DSCN' && code !== undefined) yield { word, body: rest, ruling: 'J-5' }
  if (word === 'PRIVATE_MESSAGE' && typeof body['message'] === 'string') {
    const inner = readJson(body['message'])
    if (inner.ok && isBody(inner.value)) {
      const { sender, message } = inner.value
      yield { word, body: { sender, message }, ruling: 'J-6' }
      yield { word, body: { ...body, message: JSON.stringify({ sender, message }) }, ruling: 'J-6' }
    }
  }
}

function meanings(came: JsonMessage, wanted: JsonMessage): readonly Meant[] {
  return [...meaningsOf(came, wanted)]
}

function* files({ word, body }: JsonMessage, wanted: JsonMessage): Iterable<Meant> {
  const other = wanted.body
  if (word === 'FILE_TRANSFER_REQUEST') {
    const { size, checksum, ...rest } = body
    const unnamed = size === 0 || size === undefined
    const named = unnamed && typeof other['size'] === 'number' && other['size'] > mostSize ? other['size'] : size
    const sum = checksum ?? other['checksum']
    yield {
      word,
      body: {
        ...rest,
        ...(named !== 0 && named !== undefined && { size: named }),
        ...(sum !== undefined && { checksum: sum }),
      },
      ruling: 'J-15',
    }
  }
  if (word === 'FILE_TRANSFER_RESPONSE') {
    const { sender: _, ...rest } = body
    const accepted = rest['status'] === 'OK'
    yield {
      word,
      body: accepted ? { ...rest, receiver: other['receiver'] } : { status: 'ERROR', code: 10_002 },
      ruling: 'J-15',
    }
  }
  if (word === 'PRIVATE_MESSAGE_RESP' && body['status'] === 'ERROR' && body['code'] === undefined) {
    yield { word: 'FILE_TRANSFER_RESPONSE', body: { status: 'ERROR', code: 6001 }, ruling: 'J-15' }
  }
}

function* sealed({ word, body }: JsonMessage): Iterable<Meant> {
  const { encryptedMessage, ...rest } = body
  if (word === 'SECURE_MESSAGE' && encryptedMessage !== undefined) {
    const { receiver: _, ...members } = rest
    yield { word, body: { ...members, message: encryptedMessage }, ruling: 'J-18' }
  }
  if (word === 'SECURE_MESSAGE_REQ') yield { word, body: { sender: body['sender'] }, ruling: 'J-17' }
  if (word === 'SECURE_MESSAGE_RES' && body['receiver'] !== undefined) {
    const { sender: _, ...members } = body
    yield { word, body: members, ruling: 'J-17' }
  }
}

function* game({ word, body }: JsonMessage, wanted: JsonMessage): Iterable<Meant> {
  if (word === 'JOIN_GAME_RESP' && body['status'] === 'OK') {
    yield { word: 'START_GAME_RESP', body: { status: 'OK' }, ruling: 'J-11' }
  }
  if (
    word === 'GAME_NOTIFICATION' &&
    [body, wanted.body].every(({ message }) => /participants/.test(String(message)))
  ) {
    yield { word, body: wanted.body, ruling: 'J-11' }
  }
  if (word === 'GAME_RESULTS') {
    yield { word, body: { status: body['status'], results: body['results'] }, ruling: 'J-1' }
  }
  const guess = word === 'GUESS_NUMBER_RESP' ? guesses[String(body['status'])] : undefined
  if (guess) yield { word, body: guess, ruling: 'J-13' }
}

/** Without the members that say nothing, unless they are wanted. */
function filled(body: Body, wanted: Body): Body {
  const says = ([member, value]: readonly [string, unknown]) =>
    wanted[member] === value || (value !== null && !(member === 'code' && value === 0))
  const users = body['users']
  const listed = Array.isArray(users)
    ? {
        users: inOrderOf(
          wanted['users'],
          users.filter((user) => user !== null),
        ),
      }
    : {}
  return { ...Object.fromEntries(Object.entries(body).filter(says)), ...listed }
}

/** J-1: who has not signed in is listed as null, and the order is that of coming. */
function inOrderOf(wanted: unknown, came: readonly unknown[]): readonly unknown[] {
  return Array.isArray(wanted) && sorted(wanted) === sorted(came) ? wanted : came
}

/** J-1: a body that was handed on as it came is the JSON text of a string, or of an object with the message. */
function insideOf(message: unknown): unknown {
  const read = typeof message === 'string' ? readJson(message) : undefined
  if (!read?.ok) return message
  return isBody(read.value) ? read.value['message'] : read.value
}

function sorted(users: readonly unknown[]): string {
  return users.map(String).toSorted().join()
}
