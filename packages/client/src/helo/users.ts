import { splitWord, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import type { UserList } from '../features.ts'
import { signInWords } from '../kit/line-text.ts'
import type { HeloConnection } from './connection.ts'
import { refusalOf } from './replies.ts'

/** Waits for the greeting and takes the name. Where that fails the connection is cut. */
export async function signIn(connection: HeloConnection): Promise<void> {
  const { context } = connection
  try {
    const words = signInWords(context)
    await connection.exchange({ lines: [], reply: greeting })
    const reply = (line: WordLine) => taken(line, context)
    connection.me = await connection.exchange({ lines: [`HELO ${words}`], reply })
  } catch (error) {
    connection.destroy('not signed in')
    throw error
  }
}

/** H-1 */
function greeting(line: WordLine): true | ChatError {
  if (line.word === 'HELO') return true
  if (line.word === 'DSCN') return new ChatError('refused', `the server said "${line.rest}"`)
  const shown = line.word.slice(0, 40)
  return (
    refusalOf(line) ??
    new ChatError('broken-server', `this is no helo server: it greets with "${shown}", not with HELO`)
  )
}

function taken(line: WordLine, { name, password }: ClientContext): string | ChatError | undefined {
  if (line.word === 'DSCN') return new ChatError('refused', `the server said "${line.rest}"`)
  const refusal = refusalOf(line)
  // where nobody registered the name, what stands behind it is no password.
  if (refusal?.code === 'name-invalid' && password !== undefined) {
    return new ChatError('refused', `the server takes no password for the name ${name}; sign in without one`)
  }
  if (line.word !== '+OK') return refusal
  const { word, rest } = splitWord(line.rest)
  return (word === 'HELO' && splitWord(rest).word) || name
}

/** helo.txt 7.4, H-4: each connection that has not signed in is one `unknown`. */
export class HeloUsers implements UserList {
  readonly #connection: HeloConnection

  constructor(connection: HeloConnection) {
    this.#connection = connection
  }

  list(): Promise<readonly string[]> {
    return this.#connection.users()
  }
}
