import type { ClusterReport } from './cluster-loop.ts'

export function shown(report: ClusterReport): string {
  const { faults, signIns, taken, broadcasts, compared, refused, repeated } = report
  const counts = [
    `nodes killed: ${faults.killed}, stopped: ${faults.stopped}, cut off: ${faults.cut}; servers of NATS killed: ${faults.nats}`,
    `${signIns} sign-ins`,
    `${taken} private messages acknowledged to their senders`,
    `acknowledged and lost: ${report.lost.length}`,
    `delivered twice after the client's acknowledgement: ${report.twice.length}`,
    `delivered again as the acknowledgement did not get through: ${repeated}`,
    `refused: ${refused}, and delivered all the same: ${report.refusedAndHeard.length}`,
    `${broadcasts} broadcasts heard, out of order: ${report.outOfOrder.length}`,
    `digests compared: ${compared}, differing: ${report.differing.length}`,
    `ghosts: ${report.ghosts.length}`,
  ]
  return counts.join('\n')
}

/** undefined: nothing is. */
export function wrong(report: ClusterReport): string | undefined {
  const { lost, twice, refusedAndHeard, outOfOrder, differing, ghosts, errors } = report
  const all = Object.entries({ lost, twice, refusedAndHeard, outOfOrder, differing, ghosts, errors })
  const found = all.filter(([, each]) => each.length > 0)
  if (found.length === 0) return undefined
  return found.map(([what, each]) => `${what}: ${each.slice(0, 20).join(', ')}`).join('\n')
}
