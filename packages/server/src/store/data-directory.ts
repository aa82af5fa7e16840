import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { makeDirectory } from './make-directory.ts'
import { directoryUnusable, type Opened } from './problems.ts'

/**
 * Makes the directory, for this user alone, where there is none; tells why when it cannot be read
 * and written.
 */
export function prepareDataDirectory(directory: string): Opened<void> {
  try {
    makeDirectory(directory)
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    return { ok: true, value: undefined }
  } catch (error) {
    return directoryUnusable(directory, error)
  }
}

/**
 * Creates the file, for this user alone, where there is none. A file that exists is not even
 * opened: closing any descriptor of a file drops all locks that this process holds on it, those of
 * SQLite included.
 */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
