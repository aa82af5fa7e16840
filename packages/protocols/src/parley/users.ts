import type { Capabilities } from '@parley/core'
import type { Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { CatchUpEvents } from './history.ts'
import { numberMember, optional, textMember } from './members.ts'
import { signInErrors } from './replies.ts'

const capabilities: Capabilities = {
  privateMessages: 'pushed',
  // A JSON string holds any text.
  sealing: { protocol: 'parley', keys: 'requested', keyForm: 'any', messageForm: 'any' },
  files: null,
  tunnels: false,
  devices: true,
}

export interface SignInRequest {
  readonly name: string
  readonly password: string | null
  /** The last number that the client has; null: it wants nothing of what it missed. */
  readonly after: number | null
}

export function readSignIn(body: Body): SignInRequest | null {
  const name = textMember(body, 'name')
  const password = optional(body, 'password', textMember)
  const after = optional(body, 'after', numberMember)
  return name === undefined || !password || !after ? null : { name, password: password.value, after: after.value }
}

/** L-6 */
export function signIn(exchange: Exchange, { name, password, after }: SignInRequest): void | Promise<void> {
  const { connection } = exchange
  const how = { name, password: password ?? undefined, guests: true, exclusive: false, capabilities }
  return connection.context.signIn(how, (signedIn) => {
    if (!signedIn.ok) return exchange.refuse(signInErrors[signedIn.fail])
    const { name: shown, registered, seq } = signedIn.value
    connection.user = shown
    exchange.accept({ name: shown, registered, seq })
    connection.heartbeat.start()
    connection.context.catchUp(after, new CatchUpEvents(connection, after !== null))
  })
}

export function signOut(exchange: Exchange): void {
  const { connection } = exchange
  connection.heartbeat.stop()
  connection.user = null
  connection.publicKey = null
  connection.context.signOut()
  exchange.accept()
}

export function quit(exchange: Exchange): void {
  exchange.accept()
  exchange.connection.end('quit')
}

export function ping(exchange: Exchange): void {
  exchange.accept()
}

/** Whatever comes is an answer to `ping` (L-5): this does nothing else. */
export function pong(): void {}

export function listUsers(exchange: Exchange): void {
  const { users } = exchange.connection.context.community
  const list = users.names().map((name) => ({ name, registered: users.find(name)?.registered === true }))
  exchange.accept({ users: list })
}
