import { encodeText } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ChatosConnection } from './connection.ts'
import { crRefusals, refusalOf } from './replies.ts'

/** Two of them and a message fit into the buffer of a server in the field (C-10). */
const maxNameBytes = 255

/** C-1, C-6. Where the name is refused the connection is cut. */
export async function signIn(connection: ChatosConnection): Promise<void> {
  try {
    const { name, password } = connection.context
    if (password !== undefined) {
      const advice = 'leave it out, or sign in by ident, helo, json or cp where the name is registered'
      throw new ChatError('usage', `chatos has no place for a password: ${advice}`)
    }
    if (!isName(name)) throw new ChatError('name-invalid', 'a chatos name has 1 to 255 bytes')
    const refusal = refusalOf(await connection.inTurn(() => connection.request({ op: 'CR', pseudo: name })), crRefusals)
    if (refusal) throw refusal
  } catch (error) {
    connection.destroy('not signed in')
    throw error
  }
}

/** Throws a ChatError of code `no-such-user` where a name cannot go over the wire. */
export function checkUser(user: string): void {
  if (!isName(user)) throw new ChatError('no-such-user', 'a user name has 1 to 255 bytes')
}

/** Users may be addressed in any case. */
export function isSameUser(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function isName(text: string): boolean {
  const { length } = encodeText(text)
  return length >= 1 && length <= maxNameBytes
}
