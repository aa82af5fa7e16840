import type { KillReport } from './kill-loop.ts'

export function shown({ kills, taken, lost, twice, repeated }: KillReport): string {
  const counts = [
    `${kills} kills`,
    `${taken} messages acknowledged to their senders`,
    `acknowledged and lost: ${lost.length}`,
    `delivered twice after the client's acknowledgement: ${twice.length}`,
    `delivered again as the acknowledgement did not get through: ${repeated}`,
  ]
  return counts.join(', ')
}

/** undefined: nothing is. */
export function wrong({ lost, twice, refused, disordered }: KillReport): string | undefined {
  const found = Object.entries({ lost, twice, refused, disordered }).filter(([, messages]) => messages.length > 0)
  if (found.length === 0) return undefined
  return found.map(([what, messages]) => `${what}: ${messages.slice(0, 20).join(', ')}`).join('\n')
}
