import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import type { Link } from '../link.ts'

const againMs = 100
/** H-13: some servers announce a port before they listen on it. */
const notYetMs = 1_000

export function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535
}

/**
 * A connection to the listener of one file, tried again for a second. Rejects as a transport does.
 */
export async function connectToTransfer(
  { transport, where, clock }: Pick<ClientContext, 'transport' | 'where' | 'clock'>,
  port: number,
  signal: AbortSignal,
): Promise<Link> {
  for (let waited = againMs; ; waited += againMs) {
    try {
      return await transport.connect({ ...where, port }, signal)
    } catch (error) {
      const again = error instanceof ChatError && error.code === 'unreachable' && waited < notYetMs
      if (!again || signal.aborted) throw error
      await new Promise<void>((resolve) => clock.after(againMs, resolve))
    }
  }
}
