import { digestsSuite } from '@parley/core/suites'
import { nodeDigests } from './node-digests.ts'

digestsSuite('the digests of Node', () => nodeDigests)
