/**
 * The peer of the tunnel benchmark where `socat` is not installed: joins the first two connections that come, by the pipes of
 * Node. No names, no requests, no limits.
 */
import { createServer, type Socket } from 'node:net'

let first: Socket | undefined

const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  socket.on('error', () => process.exit(0))
  if (!first) return void (first = socket)
  first.pipe(socket)
  socket.pipe(first)
})
server.listen({ port: 0, host: '127.0.0.1' }, () => {
  const address = server.address()
  const port = typeof address === 'object' && address?.port
  process.stdout.write(`${JSON.stringify({ event: 'listening', port })}\n{"event":"ready"}\n`)
})
