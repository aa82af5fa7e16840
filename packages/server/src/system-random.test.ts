import { randomSuite } from '@parley/core/suites'
import { systemRandom } from './system-random.ts'

randomSuite('the machine’s chance', () => systemRandom)
