import type { DatabaseSync } from 'node:sqlite'
import { adminSchema } from './admin-schema.ts'
import { defineChecksum } from './checksum.ts'
import { historySchema } from './history-schema.ts'
import { hookSchema } from './hook-schema.ts'
import { moderationSchema } from './moderation-schema.ts'
import { schemaNewer, type Opened } from './problems.ts'

/**
 * Each entry takes the schema from the version of its index to the next. What has been released is
 * never changed, only followed by another one.
 *
 * Since version 3 the community decides and the database remembers: nothing is counted here, ids
 * and versions are the log's numbers, and `meta` has the number and the time of the last entry.
 * Groups, members and bans are in the order of their ids. Foreign keys say what a write builds on.
 *
 * Since version 4 each row has the checksum of its values, `checksum_of`.
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
  `
  CREATE TABLE meta (seq INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
  INSERT INTO meta VALUES (coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'letters'), 0), 0);

  CREATE TABLE new_accounts (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_accounts SELECT key, name, hash, 0 FROM accounts;

  CREATE TABLE new_letters (
    id INTEGER PRIMARY KEY,
    recipient TEXT NOT NULL REFERENCES new_accounts (key) ON DELETE CASCADE,
    sender_key TEXT NOT NULL,
    sender TEXT NOT NULL,
    guest INTEGER NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO new_letters
    SELECT letters.id, accounts.key, sender_key, sender,
      NOT EXISTS (SELECT 1 FROM accounts AS senders WHERE senders.key = sender_key), text, at
    FROM letters JOIN accounts ON accounts.id = recipient;

  CREATE TABLE new_groups (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
  ) STRICT;
  INSERT INTO new_groups SELECT id, key, name FROM groups;

  CREATE TABLE new_members (
    id INTEGER PRIMARY KEY,
    group_key TEXT NOT NULL REFERENCES new_groups (key) ON DELETE CASCADE,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (group_key, key)
  ) STRICT;
  INSERT INTO new_members
    SELECT members.id, groups.key, accounts.key, accounts.name
    FROM members JOIN groups ON groups.id = group_id JOIN accounts ON accounts.id = account;

  CREATE TABLE new_bans (
    id INTEGER PRIMARY KEY,
    group_key TEXT NOT NULL REFERENCES new_groups (key) ON DELETE CASCADE,
    key TEXT NOT NULL,
    UNIQUE (group_key, key)
  ) STRICT;
  INSERT INTO new_bans (group_key, key)
    SELECT groups.key, bans.key FROM bans JOIN groups ON groups.id = group_id ORDER BY group_id, bans.key;

  DROP TRIGGER letter_put;
  DROP TRIGGER letter_removed;
  DROP TRIGGER member_gone;
  DROP TRIGGER account_removed;
  DROP TABLE removals;
  DROP TABLE bans;
  DROP TABLE members;
  DROP TABLE groups;
  DROP TABLE pairs;
  DROP TABLE letters;
  DROP TABLE accounts;
  ALTER TABLE new_accounts RENAME TO accounts;
  ALTER TABLE new_letters RENAME TO letters;
  ALTER TABLE new_groups RENAME TO groups;
  ALTER TABLE new_members RENAME TO members;
  ALTER TABLE new_bans RENAME TO bans;
  CREATE INDEX letters_by_recipient ON letters (recipient, id);
  `,
  `
  ALTER TABLE meta ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE accounts ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE letters ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE groups ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE members ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE bans ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
  UPDATE meta SET checksum = checksum_of(seq, at);
  UPDATE accounts SET checksum = checksum_of(key, name, hash, version);
  UPDATE letters SET checksum = checksum_of(id, recipient, sender_key, sender, guest, text, at);
  UPDATE groups SET checksum = checksum_of(key, name);
  UPDATE members SET checksum = checksum_of(group_key, key, name);
  UPDATE bans SET checksum = checksum_of(group_key, key);
  `,
  `
  CREATE TABLE public_keys (
    account TEXT PRIMARY KEY REFERENCES accounts (key) ON DELETE CASCADE,
    public_key TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE backups (
    account TEXT PRIMARY KEY REFERENCES accounts (key) ON DELETE CASCADE,
    blob TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE devices (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (key) ON DELETE CASCADE,
    label TEXT NOT NULL,
    hash TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX devices_by_account ON devices (account);

  CREATE TABLE marks (
    account TEXT NOT NULL REFERENCES accounts (key) ON DELETE CASCADE,
    conversation TEXT NOT NULL,
    seq INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (account, conversation)
  ) STRICT, WITHOUT ROWID;
  `,
  historySchema,
  moderationSchema,
  hookSchema,
  adminSchema,
]

export const newestVersion = ourMigrations.length

/**
 * Brings the database to the newest version, one transaction a step; of two processes that come at
 * once one does it. Throws what SQLite throws; a step that fails leaves the version before it.
 */
export function migrate(database: DatabaseSync, migrations: readonly string[] = ourMigrations): Opened<void> {
  defineChecksum(database)
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

/** Of the schema that a database is at. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
