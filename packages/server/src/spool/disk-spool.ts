import { done, fail, ok, type Result, type Spool, type SpoolFailure, type SpoolFile } from '@parley/core'
import { mkdir, open, rm, statfs, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../logger.ts'

const readBytes = 65_536
/** Bytes that may be written until the disk is asked again how much room there is. */
const mostUnasked = 8 * 1_048_576

/** Bytes. */
export interface SpoolLimits {
  /** All files together. */
  readonly quota: number
  /** What the spool leaves free on its disk: the database grows there, too. */
  readonly leaves: number
}

/**
 * The spool in a directory that is its own: whatever an earlier server left there is deleted, and
 * it is made, for this user alone, with the first file. The limits may change while it is open.
 */
export async function openDiskSpool(directory: string, limits: SpoolLimits, logger: Logger): Promise<Spool> {
  try {
    await rm(directory, { recursive: true, force: true })
  } catch (error) {
    logger.warn({ problem: String(error) }, 'the spool of an earlier server cannot be deleted')
  }
  return new DiskSpool(directory, limits, logger)
}

class DiskSpool implements Spool {
  readonly #directory: string
  readonly #limits: SpoolLimits
  readonly #logger: Logger
  #size = 0
  #last = 0
  /** Bytes that the disk has room for, as far as it was asked. */
  #room = 0

  constructor(directory: string, limits: SpoolLimits, logger: Logger) {
    this.#directory = directory
    this.#limits = limits
    this.#logger = logger
  }

  get quota(): number {
    return this.#limits.quota
  }

  get size(): number {
    return this.#size
  }

  async create(): Promise<Result<SpoolFile, SpoolFailure>> {
    const path = join(this.#directory, String(++this.#last))
    try {
      await this.#makeDirectory()
      return ok(new DiskFile(path, await open(path, 'wx+', 0o600), this))
    } catch (error) {
      return fail(this.failure(error))
    }
  }

  /** The one above it is the data directory, which nobody makes again under a running server. */
  async #makeDirectory(): Promise<void> {
    try {
      await mkdir(this.#directory, { mode: 0o700 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }

  /** False: there is no room for so many bytes more. Rejects where the disk does not say. */
  async reserve(bytes: number): Promise<boolean> {
    if (bytes > this.#room) this.#room = Math.min((await this.#free()) - this.#limits.leaves, mostUnasked + bytes)
    if (bytes > this.#room || this.#size + bytes > this.quota) return false
    this.#room -= bytes
    this.#size += bytes
    return true
  }

  async #free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#directory)
    return bavail * bsize
  }

  release(bytes: number): void {
    this.#size -= bytes
  }

  failure(error: unknown): SpoolFailure {
    this.#logger.error({ problem: String(error) }, 'the spool cannot be written or read')
    const { code = '' } = error as NodeJS.ErrnoException
    return code === 'ENOSPC' || code === 'EDQUOT' ? 'spool-full' : 'spool-unavailable'
  }
}

class DiskFile implements SpoolFile {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #spool: DiskSpool
  /** Everything asked so far, one after the other. */
  #underway: Promise<unknown> = Promise.resolve()
  /** Used again and again: a large file would leave as much garbage behind. */
  #buffer: Uint8Array | undefined
  #size = 0
  #reserved = 0
  #deleted = false

  constructor(path: string, handle: FileHandle, spool: DiskSpool) {
    this.#path = path
    this.#handle = handle
    this.#spool = spool
  }

  append(bytes: Uint8Array): Promise<Result<void, SpoolFailure>> {
    return this.#inTurn(async () => {
      if (this.#deleted) return fail('spool-unavailable')
      try {
        if (!(await this.#spool.reserve(bytes.length))) return fail('spool-full')
        this.#reserved += bytes.length
        for (let at = 0; at < bytes.length;) {
          const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, this.#size)
          at += bytesWritten
          this.#size += bytesWritten
        }
        return done
      } catch (error) {
        return fail(this.#spool.failure(error))
      }
    })
  }

  read(position: number): Promise<Result<Uint8Array, 'spool-unavailable'>> {
    return this.#inTurn(async () => {
      if (this.#deleted) return fail('spool-unavailable')
      try {
        const length = Math.max(0, Math.min(readBytes, this.#size - position))
        this.#buffer ??= new Uint8Array(readBytes)
        const { bytesRead } = await this.#handle.read(this.#buffer, 0, length, position)
        return ok(this.#buffer.subarray(0, bytesRead))
      } catch (error) {
        this.#spool.failure(error)
        return fail('spool-unavailable')
      }
    })
  }

  delete(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#deleted) return
      this.#deleted = true
      for (const step of [() => this.#handle.close(), () => rm(this.#path, { force: true })]) {
        try {
          await step()
        } catch (error) {
          this.#spool.failure(error)
        }
      }
      this.#spool.release(this.#reserved)
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#underway.then(work)
    this.#underway = next
    return next
  }
}
