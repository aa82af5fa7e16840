import type { Digests } from '@parley/core'
import { createHash } from 'node:crypto'

export const nodeDigests: Digests = {
  md5: () => {
    const hash = createHash('md5')
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') }
  },
}
