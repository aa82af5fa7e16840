/** Schema step of moderation: who may not be here or speak, the rules of the house, and their trace. */
export const moderationSchema = `
  CREATE TABLE sanctions (
    measure TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    until INTEGER,
    operator TEXT NOT NULL,
    at INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (measure, kind, value)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE moderation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    level TEXT NOT NULL,
    messages INTEGER,
    seconds INTEGER,
    checksum INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    operator TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
`
