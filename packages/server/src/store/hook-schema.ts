/**
 * The step from version 7, moderation, to version 8: hooks. `hears` is a list of conversations as
 * JSON; it and the columns behind it are null where a hook is not called.
 */
export const hookSchema = `
  CREATE TABLE hooks (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    posts_to TEXT,
    url TEXT,
    secret TEXT,
    hears TEXT,
    delivered INTEGER,
    failing_since INTEGER,
    is_off INTEGER,
    checksum INTEGER NOT NULL
  ) STRICT;
  `
