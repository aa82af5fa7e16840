import { Community } from '@parley/core'
import { logSuite } from '@parley/core/suites'
import { silentLogger } from '../logger.ts'
import { MemoryBatches } from '../../testing/memory-batch-stream.ts'
import { ClusterLog } from './cluster-log.ts'

logSuite('the log of several nodes', (parts) => {
  const log = new ClusterLog(
    {
      ...parts,
      stream: new MemoryBatches(parts.clock).connect(),
      logger: silentLogger,
      name: 'only',
      cutOffMs: 6_000,
      over: () => {},
      unfit: () => {},
    },
    { base: 0, position: 0, time: { at: 0, stamp: 0 }, community: new Community().save() },
    0,
  )
  return { log, ready: () => log.joined(), close: () => log.close() }
})
