import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../logger.ts'

/**
 * What only its owner may open: passwords' hashes, messages that wait, and the socket that changes
 * accounts.
 */
const privateFiles = ['parley.db', 'parley.db-wal', 'reserve', 'server.json', 'known-addresses.json', 'admin.sock']

/**
 * Warns of a data directory, or files in it, that other users of this machine may open. What is not
 * there is all right.
 */
export function warnOfAccess(directory: string, logger: Logger): void {
  const paths = [directory, ...privateFiles.map((file) => join(directory, file))]
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found || (found.mode & 0o077) === 0) continue
    const mode = (found.mode & 0o777).toString(8)
    const command = `chmod go= ${quoted(path)}`
    logger.warn({ file: path, mode, command }, `Other users may open ${path} (mode ${mode}); run: ${command}`)
  }
}

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
