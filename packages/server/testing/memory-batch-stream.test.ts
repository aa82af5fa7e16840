import { VirtualClock } from '@parley/core/testing'
import { batchStreamSuite } from './batch-stream-suite.ts'
import { MemoryBatches } from './memory-batch-stream.ts'

batchStreamSuite('the stream in memory', async () => {
  const clock = new VirtualClock()
  const batches = new MemoryBatches(clock)
  const [one, other] = [batches.connect(), batches.connect()]
  return {
    one,
    other,
    cut: async () => other.cut(),
    mend: async () => other.mend(),
    pass: async () => {
      clock.advance(10)
      await new Promise((resolve) => setImmediate(resolve))
    },
    close: async () => other.mend(),
  }
})
