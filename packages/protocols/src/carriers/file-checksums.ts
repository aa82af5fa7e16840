import type { Digests, FileDescription, RunningDigest } from '@parley/core'
import { WeightedSum } from './weighted-sum.ts'

/** What is said of a file's bytes, by the name of the algorithm. */
export type Checksums = FileDescription['checksums']

/** 32 hexadecimal digits in lower case (J-15). */
export const md5 = 'md5'
/** As `WeightedSum` makes it, in decimal digits (H-10). */
export const weightedSum = 'weighted-sum'

/** Every checksum that a protocol has, of bytes that come piece by piece. */
export class RunningChecksums {
  readonly #digests: Digests
  readonly #weightedSum = new WeightedSum()
  #md5: RunningDigest | undefined

  constructor(digests: Digests) {
    this.#digests = digests
  }

  update(bytes: Uint8Array): void {
    this.#digest().update(bytes)
    this.#weightedSum.update(bytes)
  }

  /** Called once, and last. */
  end(): Checksums {
    return { [md5]: this.#digest().hex(), [weightedSum]: String(this.#weightedSum.value) }
  }

  /** Made with the first byte: an offer alone costs none. */
  #digest(): RunningDigest {
    return (this.#md5 ??= this.#digests.md5())
  }
}

/** Whether all that was said is true. What cannot be checked is not. */
export function agree(said: Checksums, known: Checksums): boolean {
  return Object.entries(said).every(([algorithm, checksum]) => known[algorithm] === checksum)
}
