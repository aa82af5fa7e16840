import type { Capabilities } from '@parley/core'
import { isBody, textMember } from './body.ts'
import type { JsonConnection } from './connection.ts'
import { documentForm, fieldForm, type Form } from './form.ts'
import { accept, loginCodes, loginTwice, nameFormat, pongError, refuse } from './replies.ts'

const nameGrammar = /^[A-Za-z0-9_]{3,14}$/ // json.txt 1

const capabilities: Capabilities = {
  privateMessages: 'pushed',
  // A JSON string holds any text.
  sealing: { protocol: 'json', keys: 'requested', keyForm: 'any', messageForm: 'any' },
  files: { method: 'json', offered: 'at-once' },
  tunnels: false,
  devices: false,
}

export interface Login {
  readonly username: string
  readonly password: string | undefined
}

export function readLogin(said: unknown): Login | null {
  if (!isBody(said)) return null
  return { username: textMember(said, 'username') ?? '', password: textMember(said, 'password') }
}

/** json.txt 1, in the document form (J-1). */
export function loginReq(connection: JsonConnection, said: Login): void | Promise<void> {
  return signIn(connection, documentForm, said)
}

/** As programs in the field say it, and in their form (J-1). */
export function login(connection: JsonConnection, said: Login): void | Promise<void> {
  return signIn(connection, fieldForm, said)
}

function signIn(connection: JsonConnection, form: Form, { username: name, password }: Login): void | Promise<void> {
  if (connection.user !== null) return connection.send(refuse('LOGIN_RESP', loginTwice))
  connection.form = form
  if (!nameGrammar.test(name)) return connection.send(refuse('LOGIN_RESP', nameFormat))
  const how = { name, password, guests: true, exclusive: true, capabilities, wire: form.wire }
  return connection.context.signIn(how, (signedIn) => {
    if (!signedIn.ok) return connection.send(refuse('LOGIN_RESP', loginCodes[signedIn.fail]))
    connection.user = signedIn.value.name
    connection.send(accept('LOGIN_RESP'))
    connection.heartbeat.start()
  })
}

/** J-7 */
export function listUsers({ context }: JsonConnection): void {
  context.send(accept('LIST_USERS_RESP', { users: context.community.users.names() }))
}

/** In any state (J-5). */
export function pong(connection: JsonConnection): void {
  if (!connection.heartbeat.pong()) connection.send(pongError)
}

/** In any state (J-19). */
export function bye(connection: JsonConnection): void {
  connection.heartbeat.stop()
  connection.send(accept('BYE_RESP'))
  connection.context.close()
}
