import type { Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { numberMember, textMember } from './members.ts'
import { backupErrors } from './replies.ts'

/** Characters of one part. */
const longestPart = 65_536
const mostParts = 16

export interface BackupPart {
  readonly part: number
  readonly parts: number
  readonly blob: string
}

export function readBackupPut(body: Body): BackupPart | null {
  const part = numberMember(body, 'part')
  const parts = numberMember(body, 'parts')
  const blob = textMember(body, 'blob')
  if (part === undefined || parts === undefined || blob === undefined) return null
  return part < parts && parts <= mostParts && blob.length <= longestPart ? { part, parts, blob } : null
}

/** Parts come in order. The last one stores all of them (L-15). */
export function putBackup(exchange: Exchange, { part, parts, blob }: BackupPart): void | Promise<void> {
  const { connection } = exchange
  const before = part === 0 ? [] : connection.backupParts
  connection.backupParts = []
  if (before.length !== part) return exchange.refuse('malformed')
  if (part + 1 < parts) {
    connection.backupParts = [...before, blob]
    return exchange.accept()
  }
  return connection.context.submit({ do: 'backup.put', blob: [...before, blob].join('') }, (put) => {
    if (put.ok) exchange.accept()
    else exchange.refuse(backupErrors[put.fail])
  })
}

export function readBackupGet(body: Body): number | null {
  return numberMember(body, 'part') ?? null
}

/** No parts: there is no backup. */
export async function getBackup(exchange: Exchange, part: number): Promise<void> {
  const read = await exchange.connection.context.backup()
  if (!read.ok) return exchange.refuse(read.fail)
  const whole = read.value
  const parts = whole === null ? 0 : Math.max(1, Math.ceil(whole.length / longestPart))
  const blob = whole?.slice(part * longestPart, (part + 1) * longestPart) ?? ''
  exchange.accept({ part, parts, blob })
}
