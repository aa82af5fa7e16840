import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import { keyOf, type ConnectionId } from './names.ts'
import type { Rated } from './rated.ts'
import { done, fail, type Result } from './result.ts'
import type { Users } from './users.ts'

/** Characters of a backup: room for the keys of 900 people. */
const longest = 786_432

export type BackupCommand = {
  readonly do: 'backup.put'
  readonly connection: ConnectionId
  readonly blob: string
} & Rated

export interface BackupResults {
  'backup.put': Result<void, 'gone' | 'not-registered' | 'too-large' | 'too-many-messages' | 'unavailable'>
}

/**
 * What a client keeps at the server for its user's next device: its keys, sealed under a recovery
 * phrase. Opaque here. The latest one counts, and it is in the store alone.
 */
export class Backups {
  readonly #users: Users

  constructor(users: Users) {
    this.#users = users
  }

  put({ writable, command }: Entry<BackupCommand>, out: Effects): BackupResults['backup.put'] {
    const owner = this.#users.connection(command.connection)
    if (!owner) return fail('gone')
    if (owner.version === null) return fail('not-registered')
    if (command.blob.length > longest) return fail('too-large')
    if (!command.withinRate) return fail('too-many-messages')
    if (!writable) return fail('unavailable')
    out.write({ write: 'backup.put', account: keyOf(owner.name), blob: command.blob })
    out.durable = true
    return done
  }
}
