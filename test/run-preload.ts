/** Loaded before the tests of each process of `run.ts`. */
import { after } from 'node:test'
import { failWhereLeftOpen } from './left-open.ts'

after(() => failWhereLeftOpen(5_000))
