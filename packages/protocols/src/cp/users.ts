import type { Capabilities } from '@parley/core'
import { encodeText } from '../kit/text.ts'
import type { CpFrame } from './codec.ts'
import type { CpConnection } from './connection.ts'
import { Downloads } from './downloads.ts'
import { signInReplies } from './replies.ts'

const longestName = 10 // bytes, P-4
const longestPassword = 15

const capabilities: Capabilities = {
  privateMessages: 'fetched',
  sealing: null,
  files: null,
  tunnels: false,
  devices: false,
}

/** P-4: whether anybody has the name is not looked at here. */
export function user(connection: CpConnection, { argument: username }: CpFrame): void {
  if (!fits(username, longestName)) return connection.reply('560')
  connection.username = username
  connection.reply('220')
}

/** A refusal is the same, and takes as long, whatever is wrong (P-4). */
export function pass(connection: CpConnection, { argument: password }: CpFrame): void | Promise<void> {
  // A password that cannot be said is refused also where it is the right one: it is checked against
  // no account's.
  const name = fits(password, longestPassword) ? connection.username : ''
  const exclusive = false // P-10
  return connection.context.signIn({ name, password, guests: false, exclusive, capabilities }, (signedIn) => {
    if (!signedIn.ok) return connection.reply(signInReplies[signedIn.fail])
    connection.user = signedIn.value.name
    connection.downloads = new Downloads(connection.context)
    connection.reply('230')
  })
}

/** P-11: the connection stays for another USER. */
export function term(connection: CpConnection): void {
  connection.stopWaiting()
  if (connection.user === null) return
  connection.user = null
  connection.context.signOut()
}

function fits(text: string, longest: number): boolean {
  return text !== '' && encodeText(text).length <= longest
}
