import {
  done,
  fail,
  ok,
  type Digests,
  type FileDescription,
  type Result,
  type Spool,
  type SpoolFailure,
  type SpoolFile,
} from '@parley/core'
import { agree, RunningChecksums, type Checksums } from './file-checksums.ts'

/**
 * A file on its way through the spool. Its checksums are known as soon as its last byte has come.
 */
export class SpooledFile {
  readonly #spool: Spool
  readonly #running: RunningChecksums
  #checksums: Checksums | undefined
  #file: SpoolFile | undefined
  #size = 0
  #dropped = false

  constructor(spool: Spool, digests: Digests) {
    this.#spool = spool
    this.#running = new RunningChecksums(digests)
  }

  /** Bytes, those included that are being written. */
  get size(): number {
    return this.#size
  }

  /** One call at a time. */
  async append(bytes: Uint8Array): Promise<Result<void, SpoolFailure>> {
    this.#size += bytes.length
    if (!this.#file) {
      const created = await this.#spool.create()
      if (!created.ok) return created
      this.#file = created.value
    }
    if (this.#dropped) {
      await this.#file.delete()
      return fail('spool-unavailable')
    }
    this.#running.update(bytes)
    const appended = await this.#file.append(bytes)
    return appended.ok ? done : appended
  }

  /** Nothing may be appended any more once this was asked for. */
  get checksums(): Checksums {
    return (this.#checksums ??= this.#running.end())
  }

  /** Whether this is true of it. */
  isAs(said: Pick<FileDescription, 'size' | 'checksums'>): boolean {
    return (said.size === null || said.size === this.#size) && agree(said.checksums, this.checksums)
  }

  /** The bytes from `position` on that are here, as many as are handy. Good until the next read. */
  read(position: number): Promise<Result<Uint8Array, 'spool-unavailable'>> {
    if (this.#file) return this.#file.read(position)
    return Promise.resolve(this.#size === 0 ? ok(new Uint8Array(0)) : fail('spool-unavailable'))
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

  drop(): void {
    this.#dropped = true
    void this.#file?.delete()
  }
}
