import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'

/** Somebody else's `helo` server, as far as keys go: it hands words on, and tells nobody who has gone. Resolves with its port. */
export async function heloRelayServer(t: TestContext): Promise<number> {
  const users = new Map<string, Socket>()
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write('HELO Welkom to a server\n')
    let name = ''
    socket.on('close', () => users.delete(name))
    createInterface({ input: socket }).on('line', (line) => {
      const [word = '', address = '', ...rest] = line.split(' ')
      const receiver = users.get(address.slice(1))
      if (word === 'HELO') {
        users.set((name = address), socket)
        socket.write(`+OK HELO ${name}\n`)
      } else if (word === 'PM') {
        receiver?.write(`PM ${name} ${rest.join(' ')}\n`)
        socket.write(`+OK ${line}\n`)
      } else if (word === 'REQUEST_PUBLIC_KEY' || word === 'PUBLIC_KEY') {
        receiver?.write(`${word} @${name} ${rest.join(' ')}\n`)
      } else if (word === 'GET_USERS') {
        socket.write(`+SUCCESS [${[...users.keys()].join(', ')}]\n`)
      } else if (word === 'QUIT') {
        socket.end('+OK Goodbye\n')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
