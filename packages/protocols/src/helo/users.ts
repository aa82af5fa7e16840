import { parseUserName, type Capabilities } from '@parley/core'
import type { HeloConnection } from './connection.ts'
import { invalidFormat, signInReplies, softErrs } from './replies.ts'

const capabilities: Capabilities = {
  privateMessages: 'pushed',
  sealing: { protocol: 'helo', keys: 'requested', keyForm: 'word', messageForm: 'word' },
  // A receiver in the field compares what it gets with metadata that it was given before, so these
  // must be known (H-10).
  files: { method: 'helo', offered: 'once-spooled' },
  tunnels: false,
  devices: false,
}

/** The name, the password, and whatever stands behind them. */
export function readHelo(rest: string): readonly string[] {
  return rest.split(' ')
}

/**
 * helo.txt 7.1. A second word is the password where an account has the name, else part of no name
 * at all.
 */
export function helo(connection: HeloConnection, words: readonly string[]): void | Promise<void> {
  const { context, user } = connection
  if (user !== null) return connection.send(softErrs.alreadyLoggedIn)
  const [name = '', password = '', ...more] = words
  if (more.length > 0 || (password !== '' && !hasAccount(connection, name))) return connection.end(invalidFormat)
  return context.signIn({ name, password, guests: true, exclusive: true, capabilities }, (signedIn) => {
    if (!signedIn.ok) return connection.end(signInReplies[signedIn.fail])
    connection.user = signedIn.value.name
    connection.send(`+OK HELO ${connection.user}`)
    connection.heartbeat.start()
  })
}

/** H-14: one that nothing asked for is ignored. */
export function pong(connection: HeloConnection): void {
  connection.heartbeat.pong()
}

/** H-2 */
export function readGetUsers(rest: string): '*all' | null {
  return rest === '' || rest === '*all' ? '*all' : null
}

/** helo.txt 7.4, H-4 */
export function getUsers({ context }: HeloConnection): void {
  const unknown = Array<string>(context.unauthenticated()).fill('unknown')
  context.send(`+SUCCESS [${[...context.community.users.names(), ...unknown].join(', ')}]`)
}

/** H-2 */
export function readQuit(rest: string): 'q' | null {
  return rest === '' || rest === 'q' ? 'q' : null
}

/** helo.txt 7.12 */
export function quit(connection: HeloConnection): void {
  connection.end('+OK Goodbye')
}

function hasAccount({ context }: HeloConnection, name: string): boolean {
  const parsed = parseUserName(name)
  return parsed.ok && context.community.accounts.find(parsed.value) !== undefined
}
