import { failure } from './failures.ts'
import { Playing, type Cut, type PlayingOptions } from './playing.ts'
import type { Reception } from './reception.ts'
import type { Patience } from './rest.ts'
import { spokenProtocols, type SpokenProtocols } from './spoken.ts'
import type { Target } from './target.ts'
import type { Transcript } from './transcript.ts'
import type { Verdict } from './verdict.ts'

export interface PlayOptions extends Partial<Patience> {
  /** Those that the transcript was parsed with; absent: those of this project. */
  readonly protocols?: SpokenProtocols
  /**
   * The pieces in which the bytes of one line are sent; without it they are sent at once. A server
   * that can tell when it is at rest reads each piece by itself.
   */
  readonly cut?: Cut
  /** How actors listen, by their protocol; absent: everything that is heard counts as it came. */
  readonly reception?: (protocol: string) => Reception
  /** Ends the conversation where it stands: it counts as skipped then. */
  readonly signal?: AbortSignal
  /** Who sees the bytes of a connection by this protocol. Called for each connection. */
  readonly watch?: PlayingOptions['watch']
}

/**
 * Plays a conversation against a server over real sockets. Unless the options say otherwise, it
 * waits 2,000 ms for what must come, and takes a server that cannot tell to be at rest after 150 ms
 * of silence. No socket is left open. `skipped`: the operator of this server does not offer what
 * the transcript needs. It proves nothing then.
 */
export async function play(transcript: Transcript, target: Target, options: PlayOptions = {}): Promise<Verdict> {
  const { protocols = spokenProtocols, patienceMs = 2_000, quietMs = 150, cut = (bytes) => [bytes] } = options
  const { reception = () => ({}), watch = () => undefined, signal } = options
  const unknown = transcript.listeners.find(({ protocol }) => !protocols.has(protocol))
  if (unknown) {
    const place = { line: 1, source: '' }
    return {
      outcome: 'failed',
      failure: { ...failure(`there is no protocol ${unknown.protocol}`), place, conversation: [] },
    }
  }
  if (!target.restart && transcript.steps.some((step) => step.kind === 'restarts')) {
    return { outcome: 'skipped', reason: 'it restarts the server, which cannot be done here' }
  }
  const missing = transcript.listeners.find(({ protocol }) => !target.address(protocol))
  if (missing) return { outcome: 'skipped', reason: `there is no listener for ${missing.protocol}` }

  const playing = new Playing(transcript, target, { protocols, patienceMs, quietMs, cut, reception, watch, signal })
  try {
    return await playing.run()
  } finally {
    await playing.leave()
  }
}
