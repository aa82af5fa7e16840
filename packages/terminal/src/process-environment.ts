import { connect } from '@parley/client/node'
import type { ClientEnvironment } from './client-environment.ts'
import { untilSignal } from './signals.ts'
import type { Streams } from './streams.ts'

/** The process: the first signal asks the command to end, the second one ends the process. */
export function processEnvironment(streams: Streams): ClientEnvironment {
  const ending = new AbortController()
  void untilSignal().then(() => ending.abort())
  return { streams, variables: process.env, dial: connect, stop: ending.signal }
}
