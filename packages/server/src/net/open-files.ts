import { readFileSync } from 'node:fs'

/** What the process needs besides its connections: the database, the spool, the log, listeners. */
const reserve = 128

/**
 * How many connections the system lets this process have; null: it does not say. Past its limit the
 * system refuses connections without a word to anybody.
 */
export function connectionsAllowed(): number | null {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1')
    const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? []
    return soft === undefined ? null : Math.max(1, Number(soft) - reserve)
  } catch {
    return null
  }
}
