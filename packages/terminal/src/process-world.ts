import { connect } from '@parley/client/node'
import type { ClientWorld } from './client-world.ts'
import { untilSignal } from './signals.ts'
import type { Streams } from './streams.ts'

/** The world as it is: the first signal asks the command to end, the second one ends the process. */
export function processWorld(streams: Streams): ClientWorld {
  const ending = new AbortController()
  void untilSignal().then(() => ending.abort())
  return { streams, environment: process.env, dial: connect, stop: ending.signal }
}
