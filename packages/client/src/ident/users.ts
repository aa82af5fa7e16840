import { splitWord, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { UserList } from '../features.ts'
import type { Exchange } from '../kit/line-connection.ts'
import { signInWords } from '../kit/line-text.ts'
import type { IdentConnection } from './connection.ts'
import { refusalOf } from './replies.ts'

/** Waits for the greeting and takes the name. Where that fails the connection is cut. */
export async function signIn(connection: IdentConnection): Promise<void> {
  const { context } = connection
  try {
    const words = signInWords(context)
    await connection.exchange({ lines: [], reply: greeting })
    const reply = (line: WordLine) => taken(line, context.name)
    connection.me = await connection.exchange({ lines: [`IDENT ${words}`], reply })
  } catch (error) {
    connection.destroy('not signed in')
    throw error
  }
}

function greeting({ word, rest }: WordLine): true | ChatError {
  if (word === 'INIT') return true
  if (word === 'DSCN') return new ChatError('refused', `the server said "${rest}"`)
  return new ChatError('broken-server', `this is no ident server: it greets with "${word.slice(0, 40)}", not with INIT`)
}

function taken(line: WordLine, name: string): string | ChatError | undefined {
  if (line.word === 'DSCN') return new ChatError('refused', `the server said "${line.rest}"`)
  if (line.word !== 'OK') return refusalOf(line)
  const { word, rest } = splitWord(line.rest)
  return word === 'IDENT' ? splitWord(rest).word || name : undefined
}

/**
 * Who is here. Its reply is known by its form, so it also tells when everything that was said
 * before it was replied to.
 */
export const askUsers: Exchange<readonly string[]> = {
  lines: ['USERS'],
  reply: (line) => usersIn(line) ?? refusalOf(line),
}

/**
 * I-1; the document speaks of dashes as well, and neither is part of a name. Empty: FAIL06, nobody
 * else is here.
 */
export function usersIn({ word, rest }: WordLine): readonly string[] | undefined {
  if (word === 'FAIL06') return []
  if (word !== 'OK') return undefined
  const reply = splitWord(rest)
  return reply.word === 'USERS' ? reply.rest.split(/[:-]/).filter((name) => name !== '') : undefined
}

/** Who is here, comes and goes: ident.txt 1. */
export class IdentUsers implements UserList {
  readonly #connection: IdentConnection

  constructor(connection: IdentConnection) {
    this.#connection = connection
  }

  async list(): Promise<readonly string[]> {
    const connection = this.#connection
    const users = await connection.exchange(askUsers)
    return users.some((user) => connection.isMe(user)) ? users : [connection.me, ...users]
  }

  /** False: it names nobody. */
  hearJoined(line: WordLine): boolean {
    return this.#tell('joined', line)
  }

  hearLeft(line: WordLine): boolean {
    return this.#tell('left', line)
  }

  #tell(event: 'joined' | 'left', line: WordLine): boolean {
    const { context } = this.#connection
    if (line.rest === '') this.#connection.violation(line)
    else context.emit(event, { user: line.rest })
    return line.rest !== ''
  }
}
