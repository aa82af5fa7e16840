import { administer, type AdminRequest, type AdminResults } from '@parley/server'
import { settingsOf, type PlaceOptions } from './settings.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

/** Of the server that runs, or of the data itself where none does. Null: neither could be asked, and why has been said. */
export type Ask = <D extends AdminRequest['do']>(
  request: Extract<AdminRequest, { do: D }>,
) => Promise<AdminResults[D] | null>

export const unavailable = 'The data could not be written (is the disk full?); nothing was changed.'

export function report({ output }: Streams, message: string): ExitCode {
  output.write(`${message}\n`)
  return 0
}

/** The data is held for the time of each question only, so that a server can start while somebody types a password. */
export async function withData(
  options: PlaceOptions,
  streams: Streams,
  work: (ask: Ask) => Promise<ExitCode>,
): Promise<ExitCode> {
  const found = await settingsOf(options)
  if (!found.ok) return complain(streams, found.message, 2)
  const { data } = found.settings
  return work(async (request) => {
    const asked = await administer(data, request)
    if (asked.ok) return asked.result
    complain(streams, asked.message, 1)
    return null
  })
}
