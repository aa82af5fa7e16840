import { textMember, type Body } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { UserList } from '../features.ts'
import type { JsonConnection } from './connection.ts'
import { documentForm, fieldForm, relayForm } from './form.ts'
import { accepted, numberMember } from './replies.ts'

/**
 * How long a server may be silent to LOGIN_REQ before it is taken for one that knows LOGIN alone
 * (J-1).
 */
const silentMs = 2_000
const signedInAlready = 5002

/** Waits for the greeting and takes the name. Where that fails the connection is cut. */
export async function signIn(connection: JsonConnection): Promise<void> {
  try {
    await login(connection)
  } catch (error) {
    connection.destroy('not signed in')
    throw error
  }
}

/**
 * By the document's word, and where a server does not know it, or is silent to it, by that of the
 * field, whose form is then spoken (J-1).
 */
async function login(connection: JsonConnection): Promise<void> {
  const greeting = await connection.greeting()
  const { name: username, password, emit } = connection.context
  const body = { username, ...(password !== undefined && { password }) }
  try {
    await say(connection, 'LOGIN_REQ', body, silentMs)
  } catch (error) {
    if (!(error instanceof ChatError) || (error.code !== 'cannot' && error.code !== 'timeout')) throw error
    if (error.code === 'cannot') {
      connection.form = fieldForm
      return say(connection, 'LOGIN', body)
    }
    // The document's greeting has "msg". Only one that is silent and has "message" is known to
    // relay what it did not read.
    connection.form = textMember(greeting, 'message') === undefined ? fieldForm : relayForm
    // For a member that it does not know it would be silent to this as well.
    await say(connection, 'LOGIN', { username })
    const unused = 'this server was asked without the password, because it knows none'
    if (password !== undefined) emit('notice', { text: unused })
  }
}

async function say(connection: JsonConnection, header: 'LOGIN_REQ' | 'LOGIN', body: Body, ms?: number): Promise<void> {
  const request = { header, body, reply: 'LOGIN_RESP', read: accepted }
  await connection.request(ms === undefined ? request : { ...request, ms })
}

/**
 * The server was slow, not silent: it knew LOGIN_REQ, and refuses the LOGIN that came behind it.
 */
export function hearLoginResponse(connection: JsonConnection, body: Body): void {
  if (numberMember(body, 'code') === signedInAlready) connection.form = documentForm
  else connection.violation('LOGIN_RESP came, which nothing asked for')
}

/** Who is here, comes and goes: json.txt 5 and 6. */
export class JsonUsers implements UserList {
  readonly #connection: JsonConnection

  constructor(connection: JsonConnection) {
    this.#connection = connection
  }

  list(): Promise<readonly string[]> {
    return this.#connection.users()
  }

  /** Who came or went; undefined: it names nobody. */
  hear(event: 'joined' | 'left', body: Body): string | undefined {
    const user = textMember(body, 'username')
    if (user === undefined) this.#connection.violation(`${event.toUpperCase()} came without a name`)
    else this.#connection.context.emit(event, { user })
    return user
  }
}
