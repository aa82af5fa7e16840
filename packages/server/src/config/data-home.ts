import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The data directory where neither an option nor the file names one: `$PARLEY_DATA`, else `parley`
 * under `$XDG_DATA_HOME` (which counts only when absolute, as its specification says), else under
 * `~/.local/share`.
 */
export function defaultDataDirectory(environment: Environment = process.env): string {
  const { PARLEY_DATA: own, XDG_DATA_HOME: shared } = environment
  if (own) return resolve(own)
  return shared && isAbsolute(shared) ? join(shared, 'parley') : join(homedir(), '.local', 'share', 'parley')
}
