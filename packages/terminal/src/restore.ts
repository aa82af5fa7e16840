import { restoreBackup } from '@parley/server'
import { resolve } from 'node:path'
import { shownCounts } from './backup.ts'
import { settingsOf, type PlaceOptions } from './settings.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

export interface RestoreOptions extends PlaceOptions {
  readonly replace?: boolean
}

/** `parley restore`: into a data directory that no server holds. */
export async function restore(file: string, options: RestoreOptions, streams: Streams): Promise<ExitCode> {
  const found = await settingsOf(options)
  if (!found.ok) return complain(streams, found.message, 2)
  const { data } = found.settings
  const restored = restoreBackup(resolve(file), data, { replace: options.replace ?? false, now: Date.now() })
  if (!restored.ok) return complain(streams, restored.message, 1)
  const { counts, before, damaged } = restored.value
  streams.output.write(`Restored ${shownCounts(counts)} into ${data}, the same as in the backup.\n`)
  if (before) streams.output.write(`What was there before is ${before}.\n`)
  if (damaged > 0) streams.errors.write(`warning: ${damaged} rows of the backup are not as they were written.\n`)
  return 0
}
