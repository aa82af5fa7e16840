import { spoolSuite } from '../suites/index.ts'
import { MemorySpool } from './spool.ts'

spoolSuite('the memory spool', async (quota) => new MemorySpool(quota))
