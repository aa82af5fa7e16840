import { ChatError } from '../chat.ts'
import type { Link } from '../link.ts'
import type { SpeakOptions } from '../speaker.ts'

const againMs = 100
/** H-13: some servers announce a port before they listen on it. */
const patienceMs = 1_000

export function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535
}

/** A connection to the port of one file, tried again for a second. Rejects as a transport does. */
export async function connectToFilePort(
  { transport, where }: Pick<SpeakOptions, 'transport' | 'where'>,
  port: number,
  signal: AbortSignal,
): Promise<Link> {
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      return await transport.connect({ ...where, port }, signal)
    } catch (error) {
      const again = error instanceof ChatError && error.code === 'unreachable' && Date.now() + againMs < until
      if (!again || signal.aborted) throw error
      await new Promise((resolve) => setTimeout(resolve, againMs))
    }
  }
}
