import type { DatabaseSync } from 'node:sqlite'
import { schemaNewer, type Opened } from './problems.ts'

/**
 * Each entry takes the schema from the version of its index to the next. What has been released is never changed, only
 * followed by another one.
 *
 * How many letters wait, for a recipient and for a pair, is kept beside them by triggers: counting 10,000 letters for
 * each new one would make a full mailbox the most expensive one. AUTOINCREMENT: no id is ever given twice.
 *
 * The members of a group are in the order of their ids, and the group goes with the last of them (H-7). Removed accounts
 * are counted so that a running server learns of what another process removed.
 */
export const ourMigrations: readonly string[] = [
  `
  CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    waiting INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    sender_key TEXT NOT NULL,
    sender TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX letters_by_recipient ON letters (recipient, id);

  CREATE TABLE pairs (
    recipient INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    sender_key TEXT NOT NULL,
    waiting INTEGER NOT NULL,
    PRIMARY KEY (recipient, sender_key)
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER letter_put AFTER INSERT ON letters BEGIN
    UPDATE accounts SET waiting = waiting + 1 WHERE id = new.recipient;
    INSERT INTO pairs (recipient, sender_key, waiting) VALUES (new.recipient, new.sender_key, 1)
      ON CONFLICT DO UPDATE SET waiting = waiting + 1;
  END;

  CREATE TRIGGER letter_removed AFTER DELETE ON letters BEGIN
    UPDATE accounts SET waiting = waiting - 1 WHERE id = old.recipient;
    UPDATE pairs SET waiting = waiting - 1 WHERE recipient = old.recipient AND sender_key = old.sender_key;
    DELETE FROM pairs WHERE recipient = old.recipient AND sender_key = old.sender_key AND waiting = 0;
  END;
  `,
  `
  CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
  ) STRICT;

  CREATE TABLE members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    UNIQUE (group_id, account)
  ) STRICT;
  CREATE INDEX members_by_account ON members (account);

  CREATE TABLE bans (
    group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    PRIMARY KEY (group_id, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER member_gone AFTER DELETE ON members
  WHEN NOT EXISTS (SELECT 1 FROM members WHERE group_id = old.group_id) BEGIN
    DELETE FROM groups WHERE id = old.group_id;
  END;

  CREATE TABLE removals (count INTEGER NOT NULL) STRICT;
  INSERT INTO removals VALUES (0);
  CREATE TRIGGER account_removed AFTER DELETE ON accounts BEGIN
    UPDATE removals SET count = count + 1;
  END;
  `,
]

/**
 * Brings the database to the newest version, one transaction a step; of two processes that come at once one does it.
 * Throws what SQLite throws; a step that fails leaves the version before it.
 */
export function migrate(database: DatabaseSync, migrations: readonly string[] = ourMigrations): Opened<void> {
  while (versionOf(database) < migrations.length) {
    database.exec('BEGIN IMMEDIATE')
    try {
      const version = versionOf(database)
      const step = migrations[version]
      if (step !== undefined) database.exec(`${step}; PRAGMA user_version = ${version + 1}`)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
  const version = versionOf(database)
  return version > migrations.length ? schemaNewer(version, migrations.length) : { ok: true, value: undefined }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
