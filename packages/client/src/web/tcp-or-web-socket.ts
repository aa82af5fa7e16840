import type { Transport } from '../link.ts'

/** The WebSocket where a path is given, TCP everywhere else. */
export function tcpOrWebSocket(by: { readonly tcp: Transport; readonly webSocket: Transport }): Transport {
  return {
    connect: (where, signal) => (where.path === undefined ? by.tcp : by.webSocket).connect(where, signal),
  }
}
