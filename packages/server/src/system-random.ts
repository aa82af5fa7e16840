import type { Random } from '@parley/core'
import { randomFillSync, randomInt, randomUUID } from 'node:crypto'

/**
 * Every entry of the log carries 32 bits of chance, and to ask the system for each would cost more
 * than to apply it.
 */
const pool = new Uint32Array(256)
let left = 0

/** The operating system's chance: nobody can predict it. */
export const systemRandom: Random = {
  integer: (below) => (below === 2 ** 32 ? next32() : randomInt(below)),
  bytes: (length) => randomFillSync(new Uint8Array(length)),
  uuid: () => randomUUID(),
}

function next32(): number {
  if (left === 0) {
    randomFillSync(pool)
    left = pool.length
  }
  const number = pool[--left]!
  // What was given once is not left lying about.
  pool[left] = 0
  return number
}
