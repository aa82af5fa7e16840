import { storeSuite } from '../../suites/index.ts'
import { MemoryStore } from './store.ts'

storeSuite('the store in memory', async (limits) => {
  const store = new MemoryStore(limits)
  return { store, close: () => store.close() }
})
