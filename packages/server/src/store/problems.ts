/** Which server holds a data directory, as it wrote itself down. `startedAt`: ISO 8601. */
export interface Holder {
  readonly pid: number
  readonly host: string
  readonly startedAt: string
}

/** Why the store cannot be used. `message` is for people: what is wrong and what to do about it. */
type StoreProblem = { readonly message: string } & (
  | { readonly kind: 'directory-unusable'; readonly directory: string }
  /** `holder` is null while the other server has not written itself down yet. */
  | { readonly kind: 'directory-in-use'; readonly directory: string; readonly holder: Holder | null }
  /** Schema versions: `found` in the file, `known` to this program. */
  | { readonly kind: 'schema-newer'; readonly found: number; readonly known: number }
  | { readonly kind: 'database-unusable'; readonly file: string }
)

/** What opening something of the store returns. */
export type Opened<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: StoreProblem }

type Refusal = { readonly ok: false; readonly problem: StoreProblem }

export function directoryUnusable(directory: string, error: unknown): Refusal {
  const message =
    `Cannot use the data directory ${directory}: ${reasonOf(error)}. ` +
    'Make it a directory that this user may read and write, or name another one with --data.'
  return { ok: false, problem: { kind: 'directory-unusable', directory, message } }
}

export function directoryInUse(directory: string, holder: Holder | null): Refusal {
  const who = holder ? ` (process ${holder.pid} on ${holder.host}, since ${holder.startedAt})` : ''
  const message =
    `The data directory ${directory} belongs to a running server${who}. ` +
    'Stop that one first, or name another directory with --data.'
  return { ok: false, problem: { kind: 'directory-in-use', directory, holder, message } }
}

export function schemaNewer(found: number, known: number): Refusal {
  const message =
    `The data was written by a newer Parley: its schema is version ${found}, and this one knows up to ${known}. ` +
    'Use the newer Parley, or name another directory with --data.'
  return { ok: false, problem: { kind: 'schema-newer', found, known, message } }
}

export function databaseUnusable(file: string, error: unknown): Refusal {
  const message =
    `Cannot use the database ${file}: ${reasonOf(error)}. ` +
    'Bring it back from a backup, or name another directory with --data.'
  return { ok: false, problem: { kind: 'database-unusable', file, message } }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ENOENT: 'it cannot be made there',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'something on the way to it is not a directory',
  EEXIST: 'it is not a directory',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  return reasons[code] ?? error.message
}
