import type { GapReport } from './gap-loop.ts'

export function shown({ seed, cuts, kills, tooSlow, said, promised, unkept, devices }: GapReport): string {
  const head = `seed ${seed}: ${cuts} cuts, ${kills} of them kills of the server, ${tooSlow} more for reading slowly`
  const lines = devices.map(({ connections, heard, missed, doubled, disordered }) => {
    const counts = `${missed.length} missed, ${doubled.length} doubled, ${disordered.length} out of order`
    return `${heard} heard over ${connections} connections: ${counts}`
  })
  return [head, `${said} messages said, ${promised} promised to be kept, ${unkept.length} of them lost`, ...lines].join(
    '\n',
  )
}

/** What must not be; undefined: nothing is wrong. */
export function wrong({ unkept, devices }: GapReport): string | undefined {
  const all = [
    ...unkept.map((what) => `promised to be kept and lost: ${what}`),
    ...devices.flatMap((each, at) => [
      ...each.missed.map((what) => `device ${at} missed ${what}`),
      ...each.doubled.map((what) => `device ${at} heard twice ${what}`),
      ...each.disordered.map((what) => `device ${at} heard out of order ${what}`),
      ...each.unkept.map((what) => `device ${at} heard what is not kept: ${what}`),
      ...each.problems.map((what) => `device ${at}: ${what}`),
    ]),
  ]
  if (all.length === 0) return undefined
  return [...all.slice(0, 20), `${all.length} in all`].join('\n')
}
