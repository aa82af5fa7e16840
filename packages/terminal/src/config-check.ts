import { certificateFindings, configurationFindings, schemes } from '@parley/server'
import { showFindings } from './findings.ts'
import { settingsOf, type PlaceOptions } from './settings.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

/** `parley config check` */
export async function configCheck(
  file: string | undefined,
  options: PlaceOptions,
  streams: Streams,
): Promise<ExitCode> {
  const found = await settingsOf(file === undefined ? options : { ...options, config: file })
  if (!found.ok) return complain(streams, found.message, 1)
  const { settings } = found
  const { findings } = configurationFindings(settings, schemes)
  return showFindings([...findings, ...certificateFindings(settings, Date.now())], false, streams)
}
