/**
 * `node bench/links.ts [megabytes]`: how many MB a second go from one node to another by links over NATS, one link and many at once,
 * beside plain messages of NATS in the same run, and the most memory that the two nodes and NATS took. Needs `nats-server`. The last
 * column is the median of the ratios of the rounds.
 */
import { NatsServers } from '@parley/server/testing'
import { join } from 'node:path'
import { lines, median, mostResidentBytes, start } from './processes.ts'

const rounds = 3
const megabytes = process.argv[2] ?? '512'
const load = join(import.meta.dirname, 'links-load.ts')

interface Measured {
  readonly perSecond: number
  /** MiB: of the far node, and of NATS. */
  readonly far: number
  readonly nats: number
}

const mebibytes = (pid: number | undefined) => mostResidentBytes(pid!) / 1_048_576

async function measure(kind: 'links' | 'bare', count: number): Promise<Measured> {
  const nats = await NatsServers.start()
  const url = nats.hosts
  const far = start(0, load, 'far', kind, url, megabytes, String(count))
  try {
    await lines(far, () => true)
    const near = start(1, load, 'near', kind, url, megabytes, String(count))
    const [figures] = await lines<{ readonly perSecond: number }>(near, () => true)
    if (!figures) throw new Error('nothing came through')
    return { ...figures, far: mebibytes(far.pid), nats: mebibytes(nats.process(0).pid) }
  } finally {
    far.kill()
    await nats.stop()
  }
}

for (const count of [1, 100]) {
  const ours: Measured[] = []
  const theirs: Measured[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(await measure('links', count))
    theirs.push(await measure('bare', count))
  }
  const figures = (all: readonly Measured[]) => {
    const most = (of: (each: Measured) => number) => Math.max(...all.map(of)).toFixed(0)
    return `${median(all.map(({ perSecond }) => perSecond)).toFixed(0)} MB/s (node ${most(({ far }) => far)} MiB, NATS ${most(({ nats }) => nats)} MiB)`
  }
  const ratio = median(ours.map(({ perSecond }, round) => perSecond / theirs[round]!.perSecond))
  process.stdout.write(`${count} at once: links ${figures(ours)}, bare ${figures(theirs)}, ratio ${ratio.toFixed(2)}\n`)
}
