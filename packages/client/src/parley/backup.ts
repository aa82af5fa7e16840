import { ChatError } from '../chat-error.ts'
import type { Backup } from '../devices.ts'
import type { ParleyConnection } from './connection.ts'
import { isRefusedAs } from './replies.ts'
import { members, natural, text } from './shapes.ts'

/** Characters of a part. */
const longestPart = 65_536
/** Characters of a backup: 1 MiB. */
const longest = 1_048_576

const done = members({})
const part = members({ part: natural, parts: natural, blob: text })

/** Only accounts have backups. */
function noneOfGuests(error: unknown): null {
  if (isRefusedAs('registered-only', error)) return null
  throw error
}

function tooLarge(error: unknown): never {
  if (!isRefusedAs('backup-too-large', error)) throw error
  throw new ChatError('usage', 'the server keeps no backup of that size')
}

/** One opaque text of the account, which goes in parts. */
export class ParleyBackup implements Backup {
  readonly #connection: ParleyConnection

  constructor(connection: ParleyConnection) {
    this.#connection = connection
  }

  async put(blob: string): Promise<void> {
    if (blob.length > longest) throw new ChatError('usage', 'a backup has at most 1 MiB')
    const parts = Math.max(1, Math.ceil(blob.length / longestPart))
    for (let at = 0; at < parts; at++) {
      const piece = blob.slice(at * longestPart, (at + 1) * longestPart)
      await this.#connection.request('backup-put', { part: at, parts, blob: piece }, done).catch(tooLarge)
    }
  }

  async get(): Promise<string | null> {
    const pieces: string[] = []
    for (let at = 0, parts = 1; at < parts; at++) {
      const reply = await this.#connection.request('backup-get', { part: at }, part).catch(noneOfGuests)
      if (reply === null) return null
      if (reply.parts === 0 && at === 0) return null
      const isWrong = reply.part !== at || reply.parts * longestPart > longest || (at > 0 && reply.parts !== parts)
      // It may have been replaced meanwhile as well.
      if (isWrong) throw new ChatError('broken-server', 'the parts of the backup do not belong together; try again')
      parts = reply.parts
      pieces.push(reply.blob)
    }
    return pieces.join('')
  }
}
