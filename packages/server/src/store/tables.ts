import {
  fail,
  ok,
  type Account,
  type Device,
  type DurableState,
  type GroupRecord,
  type NameKey,
  type PublicKeyRecord,
  type Result,
  type WaitingMessage,
  type Write,
} from '@parley/core'
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { isSound } from './checksum.ts'
import { HistoryReads } from './history-reads.ts'
import { HistoryWrites } from './history-writes.ts'
import { HookTable } from './hook-table.ts'
import { StoredMessageReads } from './stored-message-reads.ts'
import { ModerationTable } from './moderation-table.ts'
import type { Note } from './requests.ts'

type Row = Record<string, SQLOutputValue>
type Written = { readonly [W in Write['write']]: (write: Extract<Write, { write: W }>) => void }

/**
 * Everything that is said to SQLite about a database at the newest schema. Throws what SQLite
 * throws; transactions are the caller's. Keys are made by `lower`, which folds ASCII as the names'
 * grammar does (X-2).
 */
export class Tables {
  readonly storedMessages: StoredMessageReads
  readonly history: HistoryReads
  readonly #numbered: StatementSync
  readonly #numbers: StatementSync
  readonly #reserve: StatementSync
  readonly #accounts: StatementSync
  readonly #publicKeys: StatementSync
  readonly #devices: StatementSync
  readonly #hooks: HookTable
  readonly #backup: StatementSync
  readonly #groups: StatementSync
  readonly #waiting: StatementSync
  readonly #note: Note
  readonly #moderation: ModerationTable
  readonly #written: Written

  /** `note` hears of damaged rows that a read comes upon. */
  constructor(database: DatabaseSync, note: Note) {
    this.#note = note
    this.#numbered = database.prepare('UPDATE meta SET seq = ?1, at = ?2, checksum = checksum_of(?1, ?2)')
    this.#numbers = database.prepare(`
      SELECT seq, at, max(reserved, seq) AS reserved, EXISTS (SELECT 1 FROM history) AS hasHistory
      FROM meta JOIN counters`)
    this.#reserve = database.prepare('UPDATE counters SET reserved = max(reserved, (SELECT seq FROM meta)) + ?')
    // The key of a damaged row is its name, or was. Nobody knows the password of a hash that is none.
    this.#accounts = database.prepare(`
      SELECT iif(lower(name) = key, name, key) AS name, iif(${isSound('accounts')}, hash, '') AS hash, version
      FROM accounts`)
    // Nobody is told a key that its owner did not publish.
    this.#publicKeys = database.prepare(`
      SELECT account, public_key AS "key" FROM public_keys WHERE ${isSound('public_keys')}`)
    // No token has a hash that is none.
    this.#devices = database.prepare(`
      SELECT id, account, label, iif(${isSound('devices')}, hash, '') AS hash, added_at, seen_at
      FROM devices ORDER BY id`)
    this.#backup = database.prepare(`
      SELECT blob, ${isSound('backups')} AS sound FROM backups WHERE account = ?`)
    this.#groups = database.prepare(`
      SELECT name,
        (SELECT json_group_array(members.name ORDER BY id) FROM members WHERE group_key = groups.key) AS members,
        (SELECT json_group_array(bans.key ORDER BY id) FROM bans WHERE group_key = groups.key) AS banned
      FROM groups ORDER BY id`)
    this.#waiting = database.prepare(`
      SELECT id, recipient AS "to", sender_key AS "from", guest, octet_length(text) AS bytes FROM letters ORDER BY id`)
    this.storedMessages = new StoredMessageReads(database, note)
    this.history = new HistoryReads(database, note)
    this.#moderation = new ModerationTable(database)
    this.#hooks = new HookTable(database)
    this.#written = writing(database, this.#moderation, this.#hooks)
  }

  write(writes: readonly Write[], seq: number, at: number): void {
    const written = this.#written as unknown as { [W in string]: (write: Write) => void }
    for (const write of writes) written[write.write]!(write)
    this.#numbered.run(seq, at)
  }

  load(): DurableState {
    const { seq, at, reserved, hasHistory } = this.#numbers.get() as Record<string, number>
    return {
      seq: seq!,
      at: at!,
      reserved: reserved!,
      free: 0,
      hasHistory: hasHistory === 1,
      accounts: this.#accounts.all().map(accountOf),
      publicKeys: this.#publicKeys.all().map(publicKeyOf),
      devices: this.#devices.all().map(deviceOf),
      hooks: this.#hooks.all(),
      groups: this.#groups.all().map(groupOf),
      messages: this.#waiting.all().map(waitingOf),
      moderation: this.#moderation.load(),
    }
  }

  /** As many numbers more than are known to have been used. */
  reserve(count: number): void {
    this.#reserve.run(count)
  }

  /** A backup that is not as it was written is withheld: its owner must not take it for none. */
  backup(of: NameKey): Result<string | null, 'unavailable'> {
    const row = this.#backup.get(of)
    if (!row) return ok(null)
    if (row['sound'] === 1) return ok(String(row['blob']))
    this.#note({ table: 'backups', row: of, of })
    return fail('unavailable')
  }
}

/** Each may be carried out twice. */
function writing(database: DatabaseSync, moderation: ModerationTable, hooks: HookTable): Written {
  const putAccount = database.prepare(`
    INSERT INTO accounts (key, name, hash, version, checksum)
    VALUES (lower(?1), ?1, ?2, ?3, checksum_of(lower(?1), ?1, ?2, ?3))
    ON CONFLICT DO UPDATE SET name = ?1, hash = ?2, version = ?3, checksum = excluded.checksum`)
  const removeAccount = database.prepare('DELETE FROM accounts WHERE key = ?')
  const putKey = database.prepare(`
    INSERT INTO public_keys (account, public_key, checksum) VALUES (?1, ?2, checksum_of(?1, ?2))
    ON CONFLICT DO UPDATE SET public_key = ?2, checksum = excluded.checksum`)
  const putBackup = database.prepare(`
    INSERT INTO backups (account, blob, checksum) VALUES (?1, ?2, checksum_of(?1, ?2))
    ON CONFLICT DO UPDATE SET blob = ?2, checksum = excluded.checksum`)
  const putDevice = database.prepare(`
    INSERT INTO devices (id, account, label, hash, added_at, seen_at, checksum)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, checksum_of(?1, ?2, ?3, ?4, ?5, ?6))
    ON CONFLICT DO UPDATE SET seen_at = ?6, checksum = excluded.checksum`)
  const removeDevice = database.prepare('DELETE FROM devices WHERE id = ?')
  const putMark = database.prepare(`
    INSERT INTO marks (account, conversation, seq, checksum) VALUES (?1, ?2, ?3, checksum_of(?1, ?2, ?3))
    ON CONFLICT DO UPDATE SET seq = ?3, checksum = excluded.checksum WHERE ?3 > seq`)
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
  // Members are in the order of their ids, which may be below 0.
  const putFirst = database.prepare(`
    UPDATE members SET id = (SELECT min(id) - 1 FROM members WHERE group_key = ?1) WHERE group_key = ?1 AND key = ?2`)
  const ban = database.prepare(`
    INSERT INTO bans (group_key, key, checksum) VALUES (lower(?1), ?2, checksum_of(lower(?1), ?2))
    ON CONFLICT DO NOTHING`)
  const reserve = database.prepare('UPDATE counters SET reserved = max(reserved, ?)')
  const history = new HistoryWrites(database)
  return {
    'account.put': ({ account: { name, hash, version } }) => putAccount.run(name, hash, version),
    'account.remove': ({ account }) => {
      removeAccount.run(account)
      history.removeAccount(account)
    },
    'account.key': ({ account, key }) => putKey.run(account, key),
    'backup.put': ({ account, blob }) => putBackup.run(account, blob),
    'device.put': ({ device: { id, account, label, hash, addedAt, seenAt } }) => {
      putDevice.run(id, account, label, hash, addedAt, seenAt)
    },
    'device.remove': ({ id }) => removeDevice.run(id),
    'hook.put': (write) => hooks.put(write),
    'hook.remove': (write) => hooks.remove(write),
    'mark.put': ({ user, conversation, seq }) => putMark.run(user, conversation, seq),
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
    'group.admin': ({ group, member }) => putFirst.run(group, member),
    'group.ban': ({ group, user }) => ban.run(group, user),
    'stay.begin': (write) => history.beginStay(write),
    'stay.end': (write) => history.endStay(write),
    'history.put': (write) => history.put(write),
    'history.delete': (write) => history.delete(write),
    'history.prune': (write) => history.prune(write),
    'sanction.put': (write) => moderation.putSanction(write),
    'sanction.remove': (write) => moderation.removeSanction(write),
    'moderation.put': (write) => moderation.putRules(write),
    'admin.put': (write) => moderation.putAdmin(write),
    'audit.put': (write) => moderation.putAudit(write),
    'numbers.reserve': ({ upTo }) => reserve.run(upTo),
  }
}

function accountOf({ name, hash, version }: Row): Account {
  return { name, hash, version } as Account
}

function publicKeyOf({ account, key }: Row): PublicKeyRecord {
  return { account, key } as PublicKeyRecord
}

function deviceOf({ id, account, label, hash, added_at: addedAt, seen_at: seenAt }: Row): Device {
  return { id, account, label, hash, addedAt, seenAt } as Device
}

function groupOf({ name, members, banned }: Row): GroupRecord {
  return { name, members: JSON.parse(String(members)), banned: JSON.parse(String(banned)) } as GroupRecord
}

function waitingOf({ id, to, from, guest, bytes }: Row): WaitingMessage {
  return { id, to, from, guest: guest === 1, bytes } as WaitingMessage
}
