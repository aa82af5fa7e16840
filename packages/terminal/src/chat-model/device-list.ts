import type { Device } from '@parley/client'
import { cleanLine } from '@parley/client/conversations'
import { dateText } from '../date-text.ts'

/** A row for each, as people are shown them. */
export function deviceRows(devices: readonly Device[]): string {
  if (devices.length === 0) return 'no device has a token; everybody signs in with the password'
  const rows = devices.map(({ id, label, addedAt, lastSeen, isHere }) => {
    const seen = isHere ? 'this one' : `last seen ${dateText(new Date(lastSeen))}`
    return `${id}  ${cleanLine(label)}, since ${dateText(new Date(addedAt))}, ${seen}`
  })
  return [...rows, '/devices revoke NUMBER signs one out for good'].join('\n')
}
