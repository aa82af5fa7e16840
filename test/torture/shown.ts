import type { TortureReport } from './torture-loop.ts'

export function shown({ done, taken, refused, repeated, memory, wrong: found }: TortureReport): string {
  const counts = Object.entries(found).map(([what, each]) => `${what}: ${each.length}`)
  return [
    `${Object.values(done).reduce((sum, count) => sum + count, 0)} faults: ${Object.entries(done)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    `${taken} messages acknowledged to their senders, ${refused} refused, ${repeated} delivered again unacknowledged`,
    counts.join(', '),
    `memory of the last process: ${memory.before.toFixed(0)} MB before, ${memory.after.toFixed(0)} MB after`,
  ].join('\n')
}

/** undefined: nothing is. */
export function wrong({ wrong: found }: TortureReport): string | undefined {
  const lists = Object.entries(found).filter(([, each]) => each.length > 0)
  if (lists.length === 0) return undefined
  return lists.map(([what, each]) => `${what}: ${each.slice(0, 20).join(', ')}`).join('\n')
}
