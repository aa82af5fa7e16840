import { TapLines } from '@parley/conformance'
import { complainOf } from '../chat-errors.ts'
import type { ClientEnvironment } from '../client-environment.ts'
import type { ExitCode } from '../streams.ts'
import { showsColours } from './judgement.ts'
import { listenBetween, untilStopped, type BetweenOptions } from './listen-between.ts'
import { readServerUrls } from './server-urls.ts'

export interface TapCommandOptions extends BetweenOptions {
  readonly bytes?: boolean
  readonly secrets?: boolean
  /** false: PING and PONG are left out. */
  readonly heartbeats?: boolean
}

/** `parley tap`: until it is told to end, or until whoever reads is gone. */
export async function tap(text: string, options: TapCommandOptions, environment: ClientEnvironment): Promise<ExitCode> {
  try {
    const [url] = readServerUrls([text])
    const lines = new TapLines(url!.protocol, {
      colour: showsColours(environment),
      secrets: options.secrets ?? false,
      bytes: options.bytes ?? false,
      quiet: options.heartbeats === false,
    })
    const { output } = environment.streams
    const between = await listenBetween([url!], options, environment, (_, passed) => {
      output.write(lines.show(passed, new Date()))
    })
    const gone = new Promise<void>((resolve) => output.once('close', resolve))
    await Promise.race([untilStopped(environment.stop), gone])
    await between.stop()
    return 0
  } catch (error) {
    return complainOf(environment.streams, error)
  }
}
