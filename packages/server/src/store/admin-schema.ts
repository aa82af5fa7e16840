/** The step from version 8, hooks, to version 9: accounts whose holders may do what operators do. */
export const adminSchema = `
  CREATE TABLE admins (
    account TEXT PRIMARY KEY REFERENCES accounts (key) ON DELETE CASCADE,
    checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `
