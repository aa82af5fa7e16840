import { Community } from '@parley/core'
import { LinkedNodes } from '@parley/core/testing'
import { ClusterLog, type LogState } from '../src/cluster/cluster-log.ts'
import type { Unfit } from '../src/cluster/life-ends.ts'
import type { BatchStream } from '../src/cluster/batch-stream.ts'
import type { ClusterParts } from '../src/cluster/cluster-parts.ts'

/** The beginning of a community that nobody has been in. */
function emptyLogState(): LogState {
  return { base: 1_000_000, position: 0, time: { at: 0, stamp: 0 }, community: new Community().save() }
}

/**
 * How a server takes part in a cluster over a stream that a test has made, from its beginning on.
 * `linked`: what its links go over.
 */
export function memoryNode(
  name: string,
  stream: BatchStream,
  linked: LinkedNodes,
  unfit: (why: Unfit) => void = (why) => {
    throw new Error(`${name} cannot take part: ${why}`)
  },
): ClusterParts {
  return {
    links: ({ node, ...progress }) => linked.join(node, progress),
    join: async (given) => {
      const log = new ClusterLog({ ...given, stream, name, cutOffMs: 6_000, unfit }, emptyLogState(), 0)
      await log.joined()
      return log
    },
  }
}
