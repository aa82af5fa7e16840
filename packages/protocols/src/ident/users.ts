import type { Capabilities } from '@parley/core'
import type { WordLine } from '../kit/words.ts'
import type { IdentConnection } from './connection.ts'
import { signInReplies } from './replies.ts'

const nameGrammar = /^[A-Za-z0-9_]{3,14}$/ // I-2

const capabilities: Capabilities = {
  privateMessages: 'pushed',
  // Clients give their key unasked, and hold the key of everybody who has one.
  sealing: { protocol: 'ident', keys: 'pushed', keyForm: 'word', messageForm: 'line' },
  files: null,
  tunnels: false,
  devices: false,
}

export interface NameAndPassword {
  readonly name: string
  readonly password: string | undefined
}

/** I-2: further words mean nothing. */
export function readIdent({ rest }: WordLine): NameAndPassword {
  const [name = '', password] = rest.split(' ')
  return { name, password }
}

export function ident(connection: IdentConnection, { name, password }: NameAndPassword): void | Promise<void> {
  if (connection.user !== null) return connection.fail('FAIL04')
  if (!nameGrammar.test(name)) return connection.fail('FAIL02')
  return connection.context.signIn({ name, password, guests: true, exclusive: true, capabilities }, (signedIn) => {
    if (!signedIn.ok) return connection.fail(signInReplies[signedIn.fail])
    connection.user = signedIn.value.name
    connection.send(`OK IDENT ${connection.user}`)
    connection.heartbeat.start()
  })
}

/** ident.txt 1 */
export function users(connection: IdentConnection): void {
  const names = connection.context.community.users.names()
  if (names.length === 1) return connection.fail('FAIL06')
  connection.send(`OK USERS ${names.join(':')}`) // I-1
}

/** I-8: also before sign-in. */
export function pong(connection: IdentConnection): void {
  if (!connection.heartbeat.pong()) connection.fail('FAIL05')
}

/** I-9 */
export function quit(connection: IdentConnection): void {
  connection.end('OK Goodbye')
}

/** I-7: a client acknowledges what it was sent. There is no reply. */
export function acknowledged(): void {}
