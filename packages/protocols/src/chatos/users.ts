import type { Capabilities } from '@parley/core'
import type { ChatosConnection } from './connection.ts'
import type { Packet } from './packets.ts'
import { signInReplies } from './replies.ts'

const capabilities: Capabilities = {
  privateMessages: 'pushed',
  sealing: null,
  files: null,
  tunnels: true,
  devices: false,
}

/** C-1, C-6 */
export function cr(connection: ChatosConnection, { pseudo }: Packet<'CR'>): void | Promise<void> {
  if (connection.pseudo !== null) return
  return connection.context.signIn({ name: pseudo, guests: true, exclusive: true, capabilities }, (signedIn) => {
    if (!signedIn.ok) return connection.error(signInReplies[signedIn.fail])
    connection.pseudo = signedIn.value.name
    connection.error('OK')
  })
}

/** C-3: a client has nothing to refuse. */
export function ignoreError(): void {}
