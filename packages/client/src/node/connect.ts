import type { Chat } from '../chat.ts'
import { connect as connectWith } from '../connect.ts'
import type { ConnectOptions } from '../options.ts'
import { tcpOrWebSocket } from '../web/tcp-or-web-socket.ts'
import { webSocket } from '../web/web-socket.ts'
import { interopProfiles } from './interop-profiles.ts'
import { tcp, type TcpOptions } from './tcp.ts'
import { TrustDirectory } from './trust-directory.ts'

/**
 * Nothing has to be given: the rest is TCP, keys in the user's directory, and the interop profiles.
 * `ca`: as in `tcp()`.
 */
export type NodeConnectOptions = Partial<ConnectOptions> & TcpOptions

/** `connect` of the client library with what Node brings along. Rejects in the same way. */
export async function connect(url: string, { ca, ...options }: NodeConnectOptions = {}): Promise<Chat> {
  return connectWith(url, {
    interopProfiles,
    ...options,
    trust: options.trust ?? new TrustDirectory(),
    transport:
      options.transport ?? tcpOrWebSocket({ tcp: tcp(ca === undefined ? {} : { ca }), webSocket: webSocket() }),
  })
}
