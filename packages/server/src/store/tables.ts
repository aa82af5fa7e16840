import type {
  Account,
  DurableState,
  GroupRecord,
  NameKey,
  StoredMessage,
  UserName,
  WaitingMessage,
  Write,
} from '@parley/core'
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { isSound } from './checksum.ts'
import type { DamagedRow } from './requests.ts'

type Row = Record<string, SQLOutputValue>
type Written = { readonly [W in Write['write']]: (write: Extract<Write, { write: W }>) => void }

/**
 * Everything that is said to SQLite about a database at the newest schema. Throws what SQLite
 * throws; transactions are the caller's. Keys are made by `lower`, which folds ASCII as the names'
 * grammar does (X-2).
 */
export class Tables {
  readonly #numbered: StatementSync
  readonly #numbers: StatementSync
  readonly #accounts: StatementSync
  readonly #groups: StatementSync
  readonly #waiting: StatementSync
  readonly #messages: StatementSync
  readonly #ids: StatementSync
  readonly #message: StatementSync
  readonly #written: Written

  constructor(database: DatabaseSync) {
    this.#numbered = database.prepare('UPDATE meta SET seq = ?1, at = ?2, checksum = checksum_of(?1, ?2)')
    this.#numbers = database.prepare('SELECT seq, at FROM meta')
    // The key of a damaged row is its name, or was. Nobody knows the password of a hash that is none.
    this.#accounts = database.prepare(`
      SELECT iif(lower(name) = key, name, key) AS name, iif(${isSound('accounts')}, hash, '') AS hash, version
      FROM accounts`)
    this.#groups = database.prepare(`
      SELECT name,
        (SELECT json_group_array(members.name ORDER BY id) FROM members WHERE group_key = groups.key) AS members,
        (SELECT json_group_array(bans.key ORDER BY id) FROM bans WHERE group_key = groups.key) AS banned
      FROM groups ORDER BY id`)
    this.#waiting = database.prepare(`
      SELECT id, recipient AS "to", sender_key AS "from", guest, octet_length(text) AS bytes FROM letters ORDER BY id`)
    const message = `
      SELECT id, recipient AS "to", sender AS "from", guest, text, at, ${isSound('letters')} AS sound FROM letters`
    this.#messages = database.prepare(`${message} WHERE recipient = ? AND id > ? ORDER BY id LIMIT ?`)
    // The index alone has what this one asks for.
    this.#ids = database.prepare('SELECT id FROM letters WHERE recipient = ? AND id > ? ORDER BY id LIMIT ?')
    this.#message = database.prepare(`${message} WHERE id = ?`)
    this.#written = writing(database)
  }

  write(writes: readonly Write[], seq: number, at: number): void {
    const written = this.#written as unknown as { [W in string]: (write: Write) => void }
    for (const write of writes) written[write.write]!(write)
    this.#numbered.run(seq, at)
  }

  load(): DurableState {
    const { seq, at } = this.#numbers.get() as { seq: number; at: number }
    return {
      seq,
      at,
      accounts: this.#accounts.all().map(accountOf),
      groups: this.#groups.all().map(groupOf),
      messages: this.#waiting.all().map(waitingOf),
    }
  }

  /** Something else stands in for a message that is not as it was written, and `note` hears of it. */
  messages(of: NameKey, after: number, limit: number, note: Note): readonly StoredMessage[] {
    return this.#messages.all(of, after, limit).map((row) => {
      return row['sound'] === 1 ? messageOf(row) : this.#standIn(of, Number(row['id']), note)
    })
  }

  /** The same, one by one, from a database of which parts cannot be read. */
  readableMessages(of: NameKey, after: number, limit: number, note: Note): readonly StoredMessage[] {
    return this.#ids.all(of, after, limit).map((found) => {
      const id = Number(found['id'])
      try {
        const row = this.#message.get(id)
        if (row?.['sound'] === 1) return messageOf(row)
      } catch {
        // Whatever is wrong with it, it cannot be read.
      }
      return this.#standIn(of, id, note)
    })
  }

  #standIn(to: NameKey, id: number, note: Note): StoredMessage {
    note({ table: 'letters', row: String(id), of: to })
    const { at } = this.#numbers.get() as { at: number }
    return { id, to, from: server, guest: false, text: standInText, at }
  }
}

type Note = (row: DamagedRow) => void

/** The name is reserved, so nobody else says this. */
const server = 'Server' as UserName
const standInText = 'A message that waited for you was damaged on the disk of this server and cannot be read.'

/** Each may be carried out twice. */
function writing(database: DatabaseSync): Written {
  const putAccount = database.prepare(`
    INSERT INTO accounts (key, name, hash, version, checksum)
    VALUES (lower(?1), ?1, ?2, ?3, checksum_of(lower(?1), ?1, ?2, ?3))
    ON CONFLICT DO UPDATE SET name = ?1, hash = ?2, version = ?3, checksum = excluded.checksum`)
  const removeAccount = database.prepare('DELETE FROM accounts WHERE key = ?')
  const putMessage = database.prepare(`
    INSERT INTO letters (id, recipient, sender_key, sender, guest, text, at, checksum)
    VALUES (?1, ?2, lower(?3), ?3, ?4, ?5, ?6, checksum_of(?1, ?2, lower(?3), ?3, ?4, ?5, ?6))
    ON CONFLICT DO NOTHING`)
  const removeMessages = database.prepare(
    'DELETE FROM letters WHERE id IN (SELECT value FROM json_each(?)) AND recipient = ?',
  )
  const putGroup = database.prepare(`
    INSERT INTO groups (key, name, checksum) VALUES (lower(?1), ?1, checksum_of(lower(?1), ?1))
    ON CONFLICT DO NOTHING`)
  const removeGroup = database.prepare('DELETE FROM groups WHERE key = ?')
  const join = database.prepare(`
    INSERT INTO members (group_key, key, name, checksum)
    VALUES (?1, lower(?2), ?2, checksum_of(?1, lower(?2), ?2))
    ON CONFLICT DO NOTHING`)
  const leave = database.prepare('DELETE FROM members WHERE group_key = ? AND key = ?')
  const ban = database.prepare(`
    INSERT INTO bans (group_key, key, checksum) VALUES (lower(?1), ?2, checksum_of(lower(?1), ?2))
    ON CONFLICT DO NOTHING`)
  return {
    'account.put': ({ account: { name, hash, version } }) => putAccount.run(name, hash, version),
    'account.remove': ({ account }) => removeAccount.run(account),
    'message.put': ({ message: { id, to, from, guest, text, at } }) => {
      putMessage.run(id, to, from, guest ? 1 : 0, text, at)
    },
    'messages.remove': ({ to, ids }) => removeMessages.run(JSON.stringify(ids), to),
    'group.put': ({ group, banned }) => {
      if (putGroup.run(group).changes > 0) for (const user of banned) ban.run(group, user)
    },
    'group.remove': ({ group }) => removeGroup.run(group),
    'group.join': ({ group, member }) => join.run(group, member),
    'group.leave': ({ group, member }) => leave.run(group, member),
    'group.ban': ({ group, user }) => ban.run(group, user),
  }
}

function accountOf({ name, hash, version }: Row): Account {
  return { name, hash, version } as Account
}

function groupOf({ name, members, banned }: Row): GroupRecord {
  return { name, members: JSON.parse(String(members)), banned: JSON.parse(String(banned)) } as GroupRecord
}

function waitingOf({ id, to, from, guest, bytes }: Row): WaitingMessage {
  return { id, to, from, guest: guest === 1, bytes } as WaitingMessage
}

function messageOf({ id, to, from, guest, text, at }: Row): StoredMessage {
  return { id, to, from, guest: guest === 1, text, at } as StoredMessage
}
