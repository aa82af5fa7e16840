import type { Command } from './commands.ts'
import type { Entry } from './entry.ts'
import type { Features } from './features.ts'
import { keyOf } from './names.ts'
import type { Suspect } from './sanctions.ts'
import type { OnlineConnection } from './users.ts'

/** Why a command is not carried out at all, whatever it asks for; null: it is. */
export function refusalOf(features: Features, { at, command }: Entry<Command>): 'muted' | 'admins-only' | null {
  const { moderation, users } = features
  if (moderation.silences(command.do) && 'connection' in command) {
    const sender = users.connection(command.connection)
    if (sender && moderation.isSilent(suspect(sender), at)) return 'muted'
  }
  if (!('asAdmin' in command) || command.asAdmin === undefined) return null
  // It is said to come from an admin's connection, which may not be one any more.
  const connection = users.connection(command.asAdmin)
  return connection && isAdmin(features, connection) ? null : 'admins-only'
}

/** Whether its user has proved to hold an account that may do what operators do. */
export function isAdmin({ moderation }: Features, { name, version }: OnlineConnection): boolean {
  return version !== null && moderation.admins.has(keyOf(name))
}

export function isBanned({ moderation }: Features, connection: OnlineConnection, at: number): boolean {
  return moderation.isBanned(suspect(connection), at)
}

function suspect({ name, version, address }: OnlineConnection): Suspect {
  return { name, registered: version !== null, address }
}
