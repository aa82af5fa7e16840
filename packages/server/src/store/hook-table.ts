import type { Hook, Write } from '@parley/core'
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { isSound } from './checksum.ts'

type Row = Record<string, SQLOutputValue>

/** Carries out the writes of hooks, and reads them. Throws what SQLite throws. */
export class HookTable {
  readonly #put: StatementSync
  readonly #remove: StatementSync
  readonly #all: StatementSync

  constructor(database: DatabaseSync) {
    this.#put = database.prepare(`
      INSERT INTO hooks (id, name, hash, posts_to, url, secret, hears, delivered, failing_since, is_off, checksum)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, checksum_of(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))
      ON CONFLICT DO UPDATE SET delivered = ?8, failing_since = ?9, is_off = ?10, checksum = excluded.checksum`)
    this.#remove = database.prepare('DELETE FROM hooks WHERE id = ?')
    // By a damaged one nobody posts, and it is not called: nobody knows what its URL was.
    const sound = isSound('hooks')
    this.#all = database.prepare(`
      SELECT id, name, iif(${sound}, hash, '') AS hash, posts_to, iif(${sound}, url, NULL) AS url,
        secret, hears, delivered, failing_since, is_off
      FROM hooks ORDER BY id`)
  }

  put({ hook: { id, name, hash, to, calls } }: Extract<Write, { write: 'hook.put' }>): void {
    if (!calls) this.#put.run(id, name, hash, to, null, null, null, null, null, null)
    else {
      const { url, secret, of, delivered, failingSince, isOff } = calls
      this.#put.run(id, name, hash, to, url, secret, JSON.stringify(of), delivered, failingSince, isOff ? 1 : 0)
    }
  }

  remove({ id }: Extract<Write, { write: 'hook.remove' }>): void {
    this.#remove.run(id)
  }

  /** In the order in which they were added. */
  all(): readonly Hook[] {
    return this.#all.all().map(hookOf)
  }
}

function hookOf({ id, name, hash, posts_to: to, url, secret, hears, delivered, ...row }: Row): Hook {
  const { failing_since: failingSince, is_off: isOff } = row
  const calls =
    url === null ? null : { url, secret, of: JSON.parse(String(hears)), delivered, failingSince, isOff: isOff === 1 }
  return { id, name, hash, to, calls } as Hook
}
