/**
 * A chat server of a few lines that speaks `IDENT`, `BCST` and `PM` of the `ident` protocol: what
 * Node costs without accounts, rules, limits or heartbeats. What is said to everybody goes to each
 * socket at once; sign-ins and departures are gathered for `gatherMs`, as a write to everybody for
 * each of them would be most of the work.
 */
import { createServer, type Socket } from 'node:net'

const gatherMs = 2
const users = new Map<string, Socket>()
let news = ''

function announce(line: string): void {
  if (news === '') setTimeout(tell, gatherMs)
  news += line
}

function tell(): void {
  const bytes = Buffer.from(news)
  news = ''
  for (const socket of users.values()) socket.write(bytes)
}

const server = createServer({ noDelay: true }, (socket) => {
  let name = ''
  let rest = ''
  function command(line: string): void {
    const [word, text] = split(line)
    const [to, message] = split(text)
    if (word === 'PM') users.get(to)?.write(`PRIVATE_MESSAGE ${name} ${message}\n`)
    if (word === 'BCST') {
      const bytes = Buffer.from(`BCST ${name} ${text}\n`)
      for (const other of users.values()) if (other !== socket) other.write(bytes)
    }
    if (word === 'IDENT') {
      name = text
      users.set(name, socket)
      announce(`JOINED ${name}\n`)
    }
    if (word !== 'PONG') socket.write(`OK ${line}\n`)
  }
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) command(line)
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    if (users.delete(name)) announce(`LEFT ${name}\n`)
  })
})

function split(text: string): readonly [string, string] {
  const blank = text.indexOf(' ')
  return blank < 0 ? [text, ''] : [text.slice(0, blank), text.slice(blank + 1)]
}

server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address()
  const port = typeof address === 'object' && address?.port
  process.stdout.write(`${JSON.stringify({ event: 'listening', port })}\n{"event":"ready"}\n`)
})
