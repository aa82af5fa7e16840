import { ChatError } from '../chat-error.ts'
import type { CpConnection } from './connection.ts'

/** USER and PASS. Where they are refused the connection is cut. */
export async function signIn(connection: CpConnection): Promise<void> {
  try {
    const { name, password } = connection.context
    if (password === undefined) throw new ChatError('name-taken', 'cp knows no guests: give the password of the name')
    if (/[\r\n]/.test(name)) throw new ChatError('name-invalid', 'a name has no line break')
    if (/[\r\n]/.test(password)) throw new ChatError('name-taken', 'no password of cp has a line break')
    await connection.request(`USER${name}`, '220')
    await connection.request(`PASS${password}`, '230')
  } catch (error) {
    connection.destroy('not signed in')
    throw error
  }
}
