import type { Digests, RunningDigest } from './ports/digests.ts'
import type { Spool, SpoolFailure, SpoolFile } from './ports/spool.ts'
import { done, fail, type Result } from './result.ts'
import { WeightedSum } from './weighted-sum.ts'

/** Where files wait that go between two who move them in different ways. */
export interface Spooling {
  readonly spool: Spool
  readonly digests: Digests
}

/** What is said of a file before anybody has seen it; null: not said. */
export interface FileSums {
  /** Bytes. */
  readonly size: number | null
  /** 32 hexadecimal digits in lower case. */
  readonly md5: string | null
  /** As `WeightedSum` makes it. */
  readonly weightedSum: number | null
}

/** A file on its way into the spool: what is to be known of it is known as soon as its last byte has come. */
export class HeldFile {
  readonly #spooling: Spooling
  readonly #weightedSum = new WeightedSum()
  #running: RunningDigest | undefined
  #file: SpoolFile | undefined
  #size = 0
  #md5: string | undefined
  #dropped = false

  constructor(spooling: Spooling) {
    this.#spooling = spooling
  }

  get size(): number {
    return this.#size
  }

  /** One call at a time. */
  async append(bytes: Uint8Array): Promise<Result<void, SpoolFailure>> {
    if (!this.#file) {
      const created = await this.#spooling.spool.create()
      if (!created.ok) return created
      this.#file = created.value
    }
    if (this.#dropped) {
      await this.#file.delete()
      return fail('spool-unavailable')
    }
    this.#digest().update(bytes)
    this.#weightedSum.update(bytes)
    this.#size += bytes.length
    const appended = await this.#file.append(bytes)
    return appended.ok ? done : appended
  }

  /** Nothing is appended any more. */
  sums(): { readonly size: number; readonly md5: string; readonly weightedSum: number } {
    this.#md5 ??= this.#digest().hex()
    return { size: this.#size, md5: this.#md5, weightedSum: this.#weightedSum.value }
  }

  /** Each is good until the next is asked for. */
  async *chunks(): AsyncGenerator<Result<Uint8Array, 'spool-unavailable'>> {
    for (let position = 0; position < this.#size;) {
      const read = await this.#file!.read(position)
      if (read.ok && read.value.length === 0) return yield fail('spool-unavailable')
      yield read
      if (!read.ok) return
      position += read.value.length
    }
  }

  /** Made with the first byte: an offer alone costs none. */
  #digest(): RunningDigest {
    return (this.#running ??= this.#spooling.digests.md5())
  }

  drop(): void {
    this.#dropped = true
    void this.#file?.delete()
  }
}

/** Whether what was said is true of what came. */
export function agree(said: FileSums, came: ReturnType<HeldFile['sums']>): boolean {
  return (
    (said.size === null || said.size === came.size) &&
    (said.md5 === null || said.md5 === came.md5) &&
    (said.weightedSum === null || said.weightedSum === came.weightedSum)
  )
}
