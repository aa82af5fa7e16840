import { ChatError } from '@parley/client'
import { Recorder } from '@parley/conformance'
import { writeFile } from 'node:fs/promises'
import { complainOf } from '../chat-errors.ts'
import { writeOut, type ClientEnvironment } from '../client-environment.ts'
import type { ExitCode } from '../streams.ts'
import { listenBetween, untilStopped, type BetweenOptions } from './listen-between.ts'
import { readServerUrls } from './server-urls.ts'

export interface RecordCommandOptions extends BetweenOptions {
  readonly output?: string
  readonly time?: boolean
}

/** `parley record`: until it is told to end. With a file, what passed so far is in it whenever a connection closed. */
export async function record(
  texts: readonly string[],
  options: RecordCommandOptions,
  environment: ClientEnvironment,
): Promise<ExitCode> {
  try {
    const urls = readServerUrls(texts)
    const { output, time = false } = options
    if (output !== undefined) await create(output)
    const recorder = new Recorder({ time })
    const where = urls.map(({ protocol, host, port }) => `${protocol}://${host}:${port}`).join(' and ')
    const when = new Date().toISOString().slice(0, 10)
    let saving = Promise.resolve()
    const save = () => {
      if (output === undefined) return
      saving = saving.then(() => writeFile(output, recorder.transcript(where, when)))
    }
    const between = await listenBetween(urls, options, environment, (protocol, passed) => {
      recorder.note(protocol, passed, performance.now())
      if (passed.kind === 'closed') save()
    })
    await untilStopped(environment.stop)
    const transcript = recorder.transcript(where, when)
    await between.stop()
    await saving
    if (output !== undefined) await writeFile(output, transcript)
    else await writeOut(environment.streams.output, transcript)
    return 0
  } catch (error) {
    return complainOf(environment.streams, error)
  }
}

/** A recording that exists is not written over. */
async function create(file: string): Promise<void> {
  try {
    await writeFile(file, '', { flag: 'wx' })
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    const why = code === 'EEXIST' ? 'it is there already; choose another name' : code
    throw new ChatError('usage', `--output ${file}: ${why}`)
  }
}
