import type { Random } from '@parley/core'
import { randomFillSync, randomInt, randomUUID } from 'node:crypto'

/** The operating system's chance: nobody can predict it. */
export const systemRandom: Random = {
  integer: (below) => randomInt(below),
  bytes: (length) => randomFillSync(new Uint8Array(length)),
  uuid: () => randomUUID(),
}
