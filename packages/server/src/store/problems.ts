import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { isFull, isUnopened } from './failures.ts'

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
  /** The file is not what SQLite wrote. */
  | { readonly kind: 'database-damaged'; readonly file: string }
)

/** What opening something of the store returns. */
export type Opened<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: StoreProblem }

type Refusal = { readonly ok: false; readonly problem: StoreProblem }

export function directoryUnusable(directory: string, error: unknown): Refusal {
  const message =
    `Cannot use the data directory ${directory}: ${reasonOf(error)}. ` +
    (remedyOf(error) ?? 'Make it a directory that this user may read and write, or name another one with --data.')
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
  const cause = isUnopened(error) ? causeOf(file, error) : error
  const remedy = remedyOf(cause) ?? 'See whether its disk works and this user may read and write it.'
  const message = `Cannot use the database ${file}: ${reasonOf(cause)}. ${remedy}`
  return { ok: false, problem: { kind: 'database-unusable', file, message } }
}

/** `finding`: what SQLite says of it. */
export function databaseDamaged(file: string, finding: string): Refusal {
  const message =
    `The database ${file} is damaged: ${finding}. Nothing was changed. Keep a copy of it, ` +
    'and bring it back from a backup with parley restore, or name another directory with --data.'
  return { ok: false, problem: { kind: 'database-damaged', file, message } }
}

/** SQLite says only that it cannot open a file. The system says why. */
function causeOf(file: string, error: unknown): unknown {
  try {
    // Another file than the database: to close any descriptor of that one drops its locks.
    closeSync(openSync(dirname(file), constants.O_RDONLY))
    accessSync(file, constants.R_OK | constants.W_OK)
    return error
  } catch (cause) {
    return cause
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ENOENT: 'it cannot be made there',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'this process may open no more files',
  ENFILE: 'this machine may open no more files',
  ENOTDIR: 'something on the way to it is not a directory',
  EEXIST: 'it is not a directory',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
}

const makeRoom = 'Make room there and try again; nothing is lost.'
const raiseLimit = 'Raise its limit (ulimit -n, or LimitNOFILE= in the unit) and try again; nothing is lost.'

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: makeRoom,
  EDQUOT: makeRoom,
  EMFILE: raiseLimit,
  ENFILE: 'Close some programs, or raise the limit fs.file-max, and try again; nothing is lost.',
}

function remedyOf(error: unknown): string | undefined {
  return isFull(error) ? makeRoom : remedies[systemCode(error)]
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return isFull(error) ? 'the disk is full' : (reasons[systemCode(error)] ?? error.message)
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
