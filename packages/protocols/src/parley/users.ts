import type { Capabilities } from '@parley/core'
import type { Body } from './codec.ts'
import { addDevice, longestLabel } from './devices.ts'
import type { Exchange } from './exchange.ts'
import { fileMethod } from './files.ts'
import { CatchUpEvents } from './history.ts'
import { numberMember, optional, textMember } from './members.ts'
import { signInErrors } from './replies.ts'
import { loseTunnels } from './tunnels.ts'

const capabilities: Capabilities = {
  privateMessages: 'pushed',
  // A JSON string holds any text.
  sealing: { protocol: 'parley', keys: 'requested', keyForm: 'any', messageForm: 'any' },
  files: { method: fileMethod, offered: 'at-once', resumes: true },
  tunnels: true,
  devices: true,
}

export interface SignInRequest {
  readonly name: string
  readonly password: string | null
  /** The last number that the client has; null: it wants nothing of what it missed. */
  readonly after: number | null
  readonly token: string | null
  /** What to call the new device that a token is wanted for; null: none is. */
  readonly device: string | null
}

export function readSignIn(body: Body): SignInRequest | null {
  const name = textMember(body, 'name')
  const password = optional(body, 'password', textMember)
  const after = optional(body, 'after', numberMember)
  const token = optional(body, 'token', textMember)
  const device = optional(body, 'device', labelMember)
  if (name === undefined || !password || !after || !token || !device) return null
  return { name, password: password.value, after: after.value, token: token.value, device: device.value }
}

/** L-6 */
export function signIn(exchange: Exchange, request: SignInRequest): void | Promise<void> {
  const { connection } = exchange
  const { name, password, token, after, device } = request
  const proof = { password: password ?? undefined, token: token ?? undefined }
  const how = { name, ...proof, guests: true, exclusive: false, capabilities }
  return connection.context.signIn(how, (signedIn) => {
    if (!signedIn.ok) return exchange.refuse(signInErrors[signedIn.fail])
    const { name: shown, registered, seq } = signedIn.value
    const missed = new CatchUpEvents(connection, after !== null)
    const accept = (newToken: string | null) => {
      const admin = connection.context.admin.isAdmin && { admin: true }
      exchange.accept({ name: shown, registered, seq, ...admin, ...(newToken !== null && { token: newToken }) })
      missed.begin()
    }
    connection.user = shown
    connection.heartbeat.start()
    connection.context.catchUp(after, missed)
    if (device === null || !registered) return accept(null)
    // It is the next entry of the log, so nothing that follows from a later one is heard before it.
    void addDevice(connection, device, accept)
  })
}

function labelMember(body: Body, name: string): string | undefined {
  const label = textMember(body, name)
  return label !== undefined && label !== '' && label.length <= longestLabel ? label : undefined
}

export function signOut(exchange: Exchange): void {
  const { connection } = exchange
  loseTunnels(connection)
  connection.forgetUser()
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
