/**
 * History. `counters` has the last number that may have been used, and the bytes of all texts.
 * `conversations.key` is as the community says
 * it; the first of them is everybody's. `pruned` is the last number that is kept no more. `stays` are
 * the times of registered users in groups, `parties` the two of a private conversation. In
 * `history_words` the scope says by words who may read a message: `c` and the number of a
 * conversation, or `u` and the hexadecimal digits of a user's key.
 */
export const historySchema = `
  CREATE TABLE counters (reserved INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
  INSERT INTO counters SELECT seq, 0 FROM meta;

  CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    messages INTEGER NOT NULL DEFAULT 0,
    oldest INTEGER,
    pruned INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX conversations_by_size ON conversations (kind, messages);
  CREATE INDEX conversations_by_age ON conversations (kind, oldest);
  INSERT INTO conversations (id, key, kind) VALUES (1, '*', 'everyone');
  INSERT INTO conversations (key, kind) SELECT '#' || key, 'group' FROM groups;

  CREATE TABLE history (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    guest INTEGER NOT NULL,
    receiver TEXT NOT NULL,
    text TEXT NOT NULL,
    session_key TEXT,
    nonce TEXT,
    target INTEGER,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX history_by_conversation ON history (conversation, seq);
  CREATE INDEX history_by_sender ON history (lower(sender), seq);
  CREATE VIRTUAL TABLE history_words USING fts5 (
    text, scope, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
  );

  CREATE TABLE parties (
    user_key TEXT NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    PRIMARY KEY (user_key, conversation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX parties_by_conversation ON parties (conversation);

  CREATE TABLE stays (
    user_key TEXT NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    begun INTEGER NOT NULL,
    ended INTEGER,
    PRIMARY KEY (user_key, conversation, begun)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX stays_by_conversation ON stays (conversation);
  INSERT INTO stays (user_key, conversation, begun)
    SELECT members.key, conversations.id, meta.seq
    FROM members JOIN conversations ON conversations.key = '#' || group_key JOIN meta;
  `
