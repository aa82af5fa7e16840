import type { NameKey } from './names.ts'
import type { Sanction } from './sanctions.ts'

/** `guests-silent`: guests may not speak. `no-guests`: nor may new ones come. */
export const levels = ['open', 'guests-silent', 'no-guests'] as const
export type Level = (typeof levels)[number]

/** So many messages in so many seconds, for everybody. */
export interface SlowRate {
  readonly messages: number
  readonly seconds: number
}

/** What an operator did. `action`: a command's name; `subject` and `detail` are for people. */
export interface AuditEntry {
  readonly seq: number
  readonly at: number
  readonly by: string
  readonly action: string
  readonly subject: string
  readonly detail: string
}

/** All of it outlives the process. */
export interface SavedModeration {
  readonly level: Level
  readonly slow: SlowRate | null
  readonly sanctions: readonly Sanction[]
  /** Accounts whose holders may do what operators do, in alphabetical order. */
  readonly admins: readonly NameKey[]
  /** The oldest first, at most `auditedAtMost`. */
  readonly audit: readonly AuditEntry[]
}

/** Nobody is restricted. */
export const noModeration: SavedModeration = { level: 'open', slow: null, sanctions: [], admins: [], audit: [] }

export const sanctionsAtMost = 10_000
export const auditedAtMost = 1_000
