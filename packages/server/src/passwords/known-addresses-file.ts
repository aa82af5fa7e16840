import type { Cancel, Clock } from '@parley/core'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Logger } from '../logger.ts'
import { systemReason } from '../system-reason.ts'
import { KnownAddresses, type SavedAddresses } from './known-addresses.ts'

/** A kill forgets at most what was new in this time. */
const saveEveryMs = 60_000

/** Known addresses that outlive the process, in a file for this user alone. */
export interface KnownAddressesFile {
  readonly known: KnownAddresses
  /** Saves what is new. */
  close(): void
}

/**
 * A file that is not there, or cannot be read, is one without addresses: nobody is kept out for
 * that.
 */
export function openKnownAddresses(file: string, clock: Clock, logger: Logger): KnownAddressesFile {
  let cancel: Cancel | null = null
  const known = new KnownAddresses(clock, () => (cancel ??= clock.after(saveEveryMs, save)))

  function save(): void {
    cancel = null
    try {
      // In its place at once or not at all.
      const beside = `${file}.new`
      writeFileSync(beside, JSON.stringify(known.save()), { mode: 0o600 })
      renameSync(beside, file)
    } catch (error) {
      logger.warn({ file, problem: systemReason(error) }, 'cannot save from where names were signed in')
    }
  }

  try {
    const saved: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isSaved(saved)) known.restore(saved)
    else logger.warn({ file }, 'the addresses from where names were signed in cannot be read; they are learnt anew')
  } catch (error) {
    if (!isMissing(error))
      logger.warn(
        { file, problem: systemReason(error) },
        'the addresses from where names were signed in cannot be read',
      )
  }
  return {
    known,
    close: () => {
      if (!cancel) return
      cancel()
      save()
    },
  }
}

function isSaved(saved: unknown): saved is SavedAddresses {
  const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null
  return (
    isRecord(saved) &&
    Object.values(saved).every((each) => isRecord(each) && Object.values(each).every(Number.isFinite))
  )
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
