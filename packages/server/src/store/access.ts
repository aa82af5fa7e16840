import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../logger.ts'

/**
 * What only its owner may open: passwords' hashes, messages that wait, and the socket that changes
 * accounts.
 */
const privateFiles = ['parley.db', 'parley.db-wal', 'reserve', 'server.json', 'known-addresses.json', 'admin.sock']

/** Something that others may open, and the command that ends it. */
interface OpenToOthers {
  readonly path: string
  /** Octal digits. */
  readonly mode: string
  readonly command: string
}

/** Warns of what other users of this machine may open. */
export function warnOfAccess(directory: string, logger: Logger): void {
  for (const { path, mode, command } of openToOthers(directory)) {
    logger.warn({ file: path, mode, command }, `Other users may open ${path} (mode ${mode}); run: ${command}`)
  }
}

/**
 * The data directory, or files in it, where other users of this machine may open them. What is not
 * there is all right.
 */
export function openToOthers(directory: string): readonly OpenToOthers[] {
  const paths = [directory, ...privateFiles.map((file) => join(directory, file))]
  return paths.flatMap((path) => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found || (found.mode & 0o077) === 0) return []
    return [{ path, mode: (found.mode & 0o777).toString(8), command: `chmod go= ${quoted(path)}` }]
  })
}

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
