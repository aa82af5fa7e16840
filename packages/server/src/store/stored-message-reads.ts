import type { NameKey, StoredMessage } from '@parley/core'
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { isSound } from './checksum.ts'
import type { Note } from './requests.ts'
import { server } from './stand-in.ts'

type Row = Record<string, SQLOutputValue>

const standInText = 'A message that waited for you was damaged on the disk of this server and cannot be read.'

/**
 * Reads the messages of mailboxes, which are the table `letters`. Something else stands in for a
 * message that is not as it was written, and `note` hears of it. Throws what SQLite throws.
 */
export class StoredMessageReads {
  readonly #note: Note
  readonly #messages: StatementSync
  readonly #unkept: StatementSync
  readonly #ids: StatementSync
  readonly #unkeptIds: StatementSync
  readonly #message: StatementSync
  readonly #now: StatementSync

  constructor(database: DatabaseSync, note: Note) {
    this.#note = note
    const message = `
      SELECT id, recipient AS "to", sender AS "from", guest, text, at, ${isSound('letters')} AS sound FROM letters`
    const waiting = 'WHERE recipient = ? AND id > ?'
    const unkept = 'AND NOT EXISTS (SELECT 1 FROM history WHERE seq = letters.id)'
    const first = 'ORDER BY id LIMIT ?'
    this.#messages = database.prepare(`${message} ${waiting} ${first}`)
    this.#unkept = database.prepare(`${message} ${waiting} ${unkept} ${first}`)
    // The index alone has what these ask for.
    this.#ids = database.prepare(`SELECT id FROM letters ${waiting} ${first}`)
    this.#unkeptIds = database.prepare(`SELECT id FROM letters ${waiting} ${unkept} ${first}`)
    this.#message = database.prepare(`${message} WHERE id = ?`)
    this.#now = database.prepare('SELECT at FROM meta')
  }

  messages(of: NameKey, after: number, limit: number): readonly StoredMessage[] {
    return this.#messages.all(of, after, limit).map((row) => this.#sound(of, row))
  }

  /** Those that are not in history. */
  unkept(of: NameKey, after: number, limit: number): readonly StoredMessage[] {
    return this.#unkept.all(of, after, limit).map((row) => this.#sound(of, row))
  }

  /** As `messages`, one by one, from a database of which parts cannot be read. */
  readable(of: NameKey, after: number, limit: number): readonly StoredMessage[] {
    return this.#ids.all(of, after, limit).map((row) => this.#readable(of, row))
  }

  /** As `unkept`, in the same way. */
  readableUnkept(of: NameKey, after: number, limit: number): readonly StoredMessage[] {
    return this.#unkeptIds.all(of, after, limit).map((row) => this.#readable(of, row))
  }

  #sound(to: NameKey, row: Row): StoredMessage {
    return row['sound'] === 1 ? messageOf(row) : this.#standIn(to, Number(row['id']))
  }

  #readable(to: NameKey, found: Row): StoredMessage {
    const id = Number(found['id'])
    try {
      const row = this.#message.get(id)
      if (row?.['sound'] === 1) return messageOf(row)
    } catch {
      // Whatever is wrong with it, it cannot be read.
    }
    return this.#standIn(to, id)
  }

  #standIn(to: NameKey, id: number): StoredMessage {
    this.#note({ table: 'letters', row: String(id), of: to })
    const { at } = this.#now.get() as { at: number }
    return { id, to, from: server, guest: false, text: standInText, at }
  }
}

function messageOf({ id, to, from, guest, text, at }: Row): StoredMessage {
  return { id, to, from, guest: guest === 1, text, at } as StoredMessage
}
