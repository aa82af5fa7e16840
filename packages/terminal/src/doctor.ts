import { examine, schemes } from '@parley/server'
import { showFindings } from './findings.ts'
import { settingsOf, type PlaceOptions } from './settings.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

export interface DoctorOptions extends PlaceOptions {
  readonly json?: boolean
}

/** `parley doctor` */
export async function doctor(options: DoctorOptions, streams: Streams): Promise<ExitCode> {
  const found = await settingsOf(options)
  if (!found.ok) return complain(streams, found.message, 1)
  return showFindings(await examine(found.settings, schemes), options.json ?? false, streams)
}
