import type { Spool, SpoolFailure, SpoolFile } from '../src/ports/spool.ts'
import { done, fail, ok, type Result } from '../src/result.ts'

/** Bytes in memory: for tests only, as a spool is there to spare it. */
export class MemorySpool implements Spool {
  readonly quota: number
  #size = 0

  constructor(quota: number) {
    this.quota = quota
  }

  get size(): number {
    return this.#size
  }

  async create(): Promise<Result<SpoolFile, SpoolFailure>> {
    let chunks: Uint8Array[] | null = []
    return ok({
      append: async (bytes) => {
        if (!chunks) return fail('spool-unavailable')
        if (this.#size + bytes.length > this.quota) return fail('spool-full')
        this.#size += bytes.length
        chunks.push(bytes.slice())
        return done
      },
      read: async (position) => {
        if (!chunks) return fail('spool-unavailable')
        let start = 0
        for (const chunk of chunks) {
          if (position < start + chunk.length) return ok(chunk.subarray(position - start))
          start += chunk.length
        }
        return ok(new Uint8Array(0))
      },
      delete: async () => {
        for (const chunk of chunks ?? []) this.#size -= chunk.length
        chunks = null
      },
    })
  }
}
