import type { Digests, RunningDigest } from '@parley/core'
import { createHash } from 'node:crypto'

export const nodeDigests: Digests = {
  md5: () => running('md5'),
  sha256: () => running('sha256'),
}

function running(algorithm: string): RunningDigest {
  const hash = createHash(algorithm)
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') }
}
