import { databaseFile, identityOf, reopenDatabase } from './database.ts'
import { Reserve } from './reserve.ts'
import type { DatabasePlace } from './transactions.ts'

/** A database that was found in order, as data that can be sent to another thread. */
export interface KnownDatabase {
  readonly directory: string
  /** Of its file (`identityOf`). */
  readonly identity: string
  /** Bytes that are kept for the day when the disk is full; 0: none. */
  readonly reserveBytes: number
}

/** Where it stands, which is watched: its directory may be removed while it is open. */
export function placeOf({ directory, identity, reserveBytes }: KnownDatabase): DatabasePlace {
  const file = databaseFile(directory)
  let log: string | null = null
  return {
    open: () => {
      log = null
      return reopenDatabase(directory, identity)
    },
    isInPlace: () => {
      const found = identityOf(`${file}-wal`)
      log ??= found
      return identityOf(file) === identity && found !== null && found === log
    },
    reserve: new Reserve(directory, reserveBytes),
  }
}
