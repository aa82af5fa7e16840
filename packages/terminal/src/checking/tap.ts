import { TapLines } from '@parley/conformance'
import { complainOf } from '../chat-errors.ts'
import type { ClientWorld } from '../client-world.ts'
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
export async function tap(text: string, options: TapCommandOptions, world: ClientWorld): Promise<ExitCode> {
  try {
    const [url] = readServerUrls([text])
    const lines = new TapLines(url!.protocol, {
      colour: showsColours(world),
      secrets: options.secrets ?? false,
      bytes: options.bytes ?? false,
      quiet: options.heartbeats === false,
    })
    const { output } = world.streams
    const middlemen = await listenBetween([url!], options, world, (_, passed) => {
      output.write(lines.show(passed, new Date()))
    })
    const gone = new Promise<void>((resolve) => output.once('close', resolve))
    await Promise.race([untilStopped(world.stop), gone])
    await Promise.all(middlemen.map((each) => each.stop()))
    return 0
  } catch (error) {
    return complainOf(world.streams, error)
  }
}
