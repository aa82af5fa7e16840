import type { Command, ResultOf } from './commands.ts'
import type { Addressed } from './events.ts'

/** The same result where what was said could not be kept. */
export function resultNotKept<R extends ResultOf<Command>>(result: R): R {
  if (!result.ok || typeof result.value !== 'object') return result
  return { ...result, value: notKept(result.value) }
}

/** The same event where what was said could not be kept. */
export function addressedNotKept(addressed: Addressed): Addressed {
  return { ...addressed, event: notKept(addressed.event) } as Addressed
}

function notKept<T extends object>(said: T): T {
  return 'kept' in said && said.kept === true ? { ...said, kept: false } : said
}
