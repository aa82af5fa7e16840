import { readdirSync, type Dirent } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Entries of one directory that are offered. */
const most = 200

/** The paths that this beginning of one could become, directories with a slash behind them. Hidden files are offered to whoever writes the dot. */
export function completePath(written: string): readonly string[] {
  const slash = written.lastIndexOf('/') + 1
  const [before, last] = [written.slice(0, slash), written.slice(slash)]
  const directory = before === '' ? '.' : before.startsWith('~/') ? join(homedir(), before.slice(2)) : before
  return entriesOf(directory)
    .filter(({ name }) => name.startsWith(last) && (last !== '' || !name.startsWith('.')))
    .slice(0, most)
    .map((entry) => `${before}${entry.name}${entry.isDirectory() ? '/' : ''}`)
}

/** None where it cannot be read. */
function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).toSorted((one, other) => (one.name < other.name ? -1 : 1))
  } catch {
    return []
  }
}
