/**
 * The peer of the fan-out benchmark: as little as a chat server can be. Every line, or every frame of `--frame` bytes, goes to
 * everybody, what one turn of the event loop brought in one write. No names, no replies, no limits, no accounts.
 */
import { createServer, type Socket } from 'node:net'

const frame = Number(process.argv[2] ?? 0)
const sockets = new Set<Socket>()
let turn: Buffer[] = []

function relay(): void {
  const all = turn.length === 1 ? turn[0]! : Buffer.concat(turn)
  turn = []
  for (const socket of sockets) socket.write(all)
}

function take(bytes: Buffer): void {
  if (bytes.length > 0 && turn.push(bytes) === 1) setImmediate(relay)
}

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0)
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const whole = frame > 0 ? bytes.length - (bytes.length % frame) : bytes.lastIndexOf(10) + 1
    take(bytes.subarray(0, whole))
    rest = bytes.subarray(whole)
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address()
  process.stdout.write(
    `${JSON.stringify({ event: 'listening', port: typeof address === 'object' && address?.port })}\n`,
  )
  process.stdout.write('{"event":"ready"}\n')
})
