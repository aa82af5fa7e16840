import type { Digests, FileDescription, RunningDigest } from '@parley/core'
import { WeightedSum } from './weighted-sum.ts'

/** What is said of a file's bytes, by the name of the algorithm. */
export type Checksums = FileDescription['checksums']

/** 32 hexadecimal digits in lower case (J-15). */
export const md5 = 'md5'
/** As `WeightedSum` makes it, in decimal digits (H-10). */
export const weightedSum = 'weighted-sum'

/** 64 hexadecimal digits in lower case. */
export const sha256 = 'sha-256'

/** Every checksum that a protocol has, of bytes that come piece by piece. */
export class RunningChecksums {
  readonly #made: Digests
  readonly #weightedSum = new WeightedSum()
  #digests: { readonly md5: RunningDigest; readonly sha256: RunningDigest } | undefined

  constructor(digests: Digests) {
    this.#made = digests
  }

  update(bytes: Uint8Array): void {
    const digests = this.#running()
    digests.md5.update(bytes)
    digests.sha256.update(bytes)
    this.#weightedSum.update(bytes)
  }

  /** Called once, and last. */
  end(): Checksums {
    const digests = this.#running()
    const known = { [md5]: digests.md5.hex(), [sha256]: digests.sha256.hex() }
    return { ...known, [weightedSum]: String(this.#weightedSum.value) }
  }

  /** Made with the first byte: an offer alone costs none. */
  #running(): { readonly md5: RunningDigest; readonly sha256: RunningDigest } {
    return (this.#digests ??= { md5: this.#made.md5(), sha256: this.#made.sha256() })
  }
}

/** Whether all that was said is true. What cannot be checked is not. */
export function agree(said: Checksums, known: Checksums): boolean {
  return Object.entries(said).every(([algorithm, checksum]) => known[algorithm] === checksum)
}
