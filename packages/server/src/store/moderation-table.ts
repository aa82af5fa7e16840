import {
  auditedAtMost,
  noModeration,
  type AuditEntry,
  type NameKey,
  type Sanction,
  type SavedModeration,
  type Write,
} from '@parley/core'
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { isSound } from './checksum.ts'

type Written<W> = Extract<Write, { write: W }>
type Row = Record<string, SQLOutputValue>

/** What operators decided and did. Each write may be carried out twice. */
export class ModerationTable {
  readonly #putSanction: StatementSync
  readonly #removeSanction: StatementSync
  readonly #putRules: StatementSync
  readonly #putAdmin: StatementSync
  readonly #removeAdmin: StatementSync
  readonly #admins: StatementSync
  readonly #putAudit: StatementSync
  readonly #trimAudit: StatementSync
  readonly #sanctions: StatementSync
  readonly #rules: StatementSync
  readonly #audit: StatementSync

  constructor(database: DatabaseSync) {
    this.#putSanction = database.prepare(`
      INSERT INTO sanctions (measure, kind, value, reason, until, operator, at, checksum)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, checksum_of(?1, ?2, ?3, ?4, ?5, ?6, ?7))
      ON CONFLICT DO UPDATE SET reason = ?4, until = ?5, operator = ?6, at = ?7, checksum = excluded.checksum`)
    this.#removeSanction = database.prepare('DELETE FROM sanctions WHERE measure = ? AND kind = ? AND value = ?')
    this.#putRules = database.prepare(`
      INSERT INTO moderation (id, level, messages, seconds, checksum)
      VALUES (1, ?1, ?2, ?3, checksum_of(1, ?1, ?2, ?3))
      ON CONFLICT DO UPDATE SET level = ?1, messages = ?2, seconds = ?3, checksum = excluded.checksum`)
    this.#putAdmin = database.prepare(`
      INSERT INTO admins (account, checksum) VALUES (?1, checksum_of(?1)) ON CONFLICT DO NOTHING`)
    this.#removeAdmin = database.prepare('DELETE FROM admins WHERE account = ?')
    // Nobody is an admin by damage.
    this.#admins = database.prepare(`SELECT account FROM admins WHERE ${isSound('admins')} ORDER BY account`)
    this.#putAudit = database.prepare(`
      INSERT INTO audit (seq, at, operator, action, subject, detail, checksum)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, checksum_of(?1, ?2, ?3, ?4, ?5, ?6))
      ON CONFLICT DO NOTHING`)
    this.#trimAudit = database.prepare(`
      DELETE FROM audit WHERE seq <= (SELECT seq FROM audit ORDER BY seq DESC LIMIT 1 OFFSET ${auditedAtMost})`)
    this.#sanctions = database.prepare(`
      SELECT measure, kind, value, reason, until, operator, at FROM sanctions ORDER BY measure, kind, value`)
    this.#rules = database.prepare('SELECT level, messages, seconds FROM moderation')
    this.#audit = database.prepare('SELECT seq, at, operator, action, subject, detail FROM audit ORDER BY seq')
  }

  putSanction({ sanction }: Written<'sanction.put'>): void {
    const { measure, subject, reason, until, by, at } = sanction
    this.#putSanction.run(measure, subject.kind, subject.value, reason, until, by, at)
  }

  removeSanction({ measure, subject }: Written<'sanction.remove'>): void {
    this.#removeSanction.run(measure, subject.kind, subject.value)
  }

  putRules({ level, slow }: Written<'moderation.put'>): void {
    this.#putRules.run(level, slow?.messages ?? null, slow?.seconds ?? null)
  }

  putAdmin({ account, isAdmin }: Written<'admin.put'>): void {
    if (isAdmin) this.#putAdmin.run(account)
    else this.#removeAdmin.run(account)
  }

  putAudit({ entry: { seq, at, by, action, subject, detail } }: Written<'audit.put'>): void {
    this.#putAudit.run(seq, at, by, action, subject, detail)
    this.#trimAudit.run()
  }

  load(): SavedModeration {
    const rules = this.#rules.get()
    return {
      ...(rules ? rulesOf(rules) : { level: noModeration.level, slow: noModeration.slow }),
      sanctions: this.#sanctions.all().map(sanctionOf),
      admins: this.#admins.all().map(({ account }) => account as NameKey),
      audit: this.#audit.all().map(auditEntryOf),
    }
  }
}

function rulesOf({ level, messages, seconds }: Row): Pick<SavedModeration, 'level' | 'slow'> {
  return { level, slow: messages === null ? null : { messages, seconds } } as Pick<SavedModeration, 'level' | 'slow'>
}

function sanctionOf({ measure, kind, value, reason, until, operator, at }: Row): Sanction {
  return { measure, subject: { kind, value }, reason, until, by: operator, at } as Sanction
}

function auditEntryOf({ seq, at, operator, action, subject, detail }: Row): AuditEntry {
  return { seq, at, by: operator, action, subject, detail } as AuditEntry
}
