import {
  auditedAtMost,
  type AuditEntry,
  type Level,
  type SavedModeration,
  type SlowRate,
} from '../src/moderation-state.ts'
import type { NameKey } from '../src/names.ts'
import type { Sanction, Subject } from '../src/sanctions.ts'
import type { Write } from '../src/writes.ts'

type ModerationWrite = Extract<
  Write,
  { write: 'sanction.put' | 'sanction.remove' | 'moderation.put' | 'admin.put' | 'audit.put' }
>

/** What operators decided and did, in memory. */
export class MemoryModeration {
  readonly #admins = new Set<NameKey>()
  readonly #sanctions = new Map<string, Sanction>()
  #audit: AuditEntry[] = []
  #level: Level = 'open'
  #slow: SlowRate | null = null

  get saved(): SavedModeration {
    const keys = [...this.#sanctions.keys()].sort()
    const sanctions = keys.map((key) => this.#sanctions.get(key)!)
    return {
      level: this.#level,
      slow: this.#slow,
      sanctions,
      admins: [...this.#admins].sort(),
      audit: [...this.#audit],
    }
  }

  /** What an account that is removed takes along. */
  accountRemoved(account: NameKey): void {
    this.#admins.delete(account)
  }

  carryOut(write: ModerationWrite): void {
    switch (write.write) {
      case 'sanction.put':
        this.#sanctions.set(keyOfSanction(write.sanction.measure, write.sanction.subject), write.sanction)
        break
      case 'sanction.remove':
        this.#sanctions.delete(keyOfSanction(write.measure, write.subject))
        break
      case 'moderation.put':
        this.#level = write.level
        this.#slow = write.slow
        break
      case 'admin.put':
        if (write.isAdmin) this.#admins.add(write.account)
        else this.#admins.delete(write.account)
        break
      case 'audit.put':
        this.#audit = [...this.#audit.filter(({ seq }) => seq !== write.entry.seq), write.entry].slice(-auditedAtMost)
        break
    }
  }
}

function keyOfSanction(measure: string, { kind, value }: Subject): string {
  return `${measure} ${kind} ${value}`
}
