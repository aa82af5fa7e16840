import { done, fail, keyOf, type Account, type Store } from '@parley/core'
import type { DatabaseSync } from 'node:sqlite'
import type { GroupCommit } from './group-commit.ts'

/** Registered names. Nothing is kept in memory, so what other processes change is seen at the next question. */
export function sqliteAccounts(database: DatabaseSync, commits: GroupCommit): Store['accounts'] {
  const find = database.prepare('SELECT name, hash FROM accounts WHERE key = ?')
  const list = database.prepare('SELECT name, hash FROM accounts ORDER BY key')
  const add = database.prepare('INSERT INTO accounts (key, name, hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const setHash = database.prepare('UPDATE accounts SET hash = ? WHERE key = ?')
  const removals = database.prepare('SELECT count FROM removals')
  const remove = database.prepare('DELETE FROM accounts WHERE key = ?')

  return {
    find: (key) =>
      commits.read(() => {
        const row = find.get(key)
        return row ? accountOf(row) : null
      }),
    add: ({ name, hash }) =>
      commits.change(() => (add.run(keyOf(name), name, hash).changes > 0 ? done : fail('account-exists'))),
    setHash: (key, hash) => commits.change(() => (setHash.run(hash, key).changes > 0 ? done : fail('no-such-account'))),
    remove: (key) => commits.change(() => (remove.run(key).changes > 0 ? done : fail('no-such-account'))),
    list: () => commits.read(() => list.all().map(accountOf)),
    removals: () => commits.read(() => Number(removals.get()?.['count'])),
  }
}

function accountOf(row: object): Account {
  const { name, hash } = row as Account
  return { name, hash }
}
