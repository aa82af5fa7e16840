import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly port: number
  /** Bytes that came from the far side since it was opened. */
  readonly received: number
  /** Bytes that went there. */
  readonly sent: number
  /** Breaks every connection through it. Returns how many there were. */
  cut(): number
  close(): Promise<void>
}

/**
 * TCP through to a port of this machine, until somebody cuts it. `port` is asked at each connection;
 * `passed` is called after each piece.
 */
export async function cuttingProxy(port: () => number, passed: (proxy: CuttingProxy) => void = () => {}) {
  const pairs = new Set<readonly [Socket, Socket]>()
  const count = { received: 0, sent: 0 }
  const server = createServer((near) => {
    const far = connect({ port: port(), host: '127.0.0.1', noDelay: true })
    near.setNoDelay(true)
    const pair = [near, far] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
    near.on('data', (bytes) => (count.sent += bytes.length))
    far.on('data', (bytes) => (count.received += bytes.length))
    near.pipe(far)
    far.pipe(near)
    for (const socket of pair) socket.on('data', () => passed(proxy))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    const open = [...pairs]
    pairs.clear()
    for (const pair of open) for (const socket of pair) socket.resetAndDestroy()
    return open.length
  }
  const proxy: CuttingProxy = {
    port: (server.address() as AddressInfo).port,
    get received() {
      return count.received
    },
    get sent() {
      return count.sent
    },
    cut,
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
