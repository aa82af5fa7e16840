import { busSuite } from '../../suites/index.ts'
import { MemoryBus } from './bus.ts'

busSuite('the bus in memory', async (count) => {
  const bus = new MemoryBus()
  const nodes = Array.from({ length: count }, () => bus.join())
  return { nodes, settle: async () => {}, close: async () => nodes.forEach((node) => node.close()) }
})
