import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { ClientSide, ServerSide, Target } from './target.ts'

interface Guest {
  readonly socket: Socket
  readonly port: number
  ended: boolean
  seenEnd: boolean
  reads: number
}

/**
 * A little server with words of its own, time of its own, and an honest answer to whether it is at
 * rest.
 */
export class Chat implements Target {
  readonly #server: Server
  readonly #guests: Guest[] = []
  #timers: { due: number; run: () => void }[] = []
  #now = 0

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(t: TestContext): Promise<Chat> {
    const server = createServer({ allowHalfOpen: true, noDelay: true })
    const chat = new Chat(server)
    server.on('connection', (socket) => chat.#welcome(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => {
      chat.#drop()
      server.close()
    })
    return chat
  }

  address(protocol: string) {
    return protocol === 'missing' ? undefined : { host: '127.0.0.1', port: this.#port() }
  }

  pass(ms: number): Promise<void> {
    this.#now += ms
    const due = this.#timers.filter((timer) => timer.due <= this.#now)
    this.#timers = this.#timers.filter((timer) => timer.due > this.#now)
    for (const timer of due) timer.run()
    return Promise.resolve()
  }

  async quiesce(connections: readonly ClientSide[]): Promise<readonly ServerSide[]> {
    const guestOf = (side: ClientSide) => this.#guests.findLast((guest) => guest.port === side.clientPort)
    const busy = (side: ClientSide) => {
      const guest = guestOf(side)
      return !guest || (!guest.ended && (guest.socket.bytesRead < side.bytesWritten || (side.ended && !guest.seenEnd)))
    }
    while (connections.some(busy)) await new Promise(setImmediate)
    return connections.map((side) => {
      const guest = guestOf(side)!
      return { ...side, bytesSent: guest.socket.bytesWritten, ended: guest.ended }
    })
  }

  restart(how: 'kill' | 'stop'): Promise<void> {
    for (const { socket } of this.#guests) {
      if (how === 'kill') socket.destroy()
      else socket.end('DSCN Server is stopping\n')
    }
    return Promise.resolve()
  }

  get connected(): number {
    return this.#guests.filter((guest) => !guest.socket.destroyed).length
  }

  #port(): number {
    return portOf(this.#server)
  }

  #drop(): void {
    for (const { socket } of this.#guests) socket.destroy()
  }

  #welcome(socket: Socket): void {
    const guest: Guest = { socket, port: socket.remotePort!, ended: false, seenEnd: false, reads: 0 }
    this.#guests.push(guest)
    let pending = ''
    socket.on('error', () => (guest.seenEnd = true))
    socket.on('end', () => {
      guest.seenEnd = true
      this.#others(guest, 'LEFT')
      if (!guest.ended) this.#hangUp(guest, '')
    })
    socket.on('close', () => (guest.seenEnd = true))
    socket.on('data', (chunk) => {
      guest.reads++
      const lines = (pending + chunk.toString('latin1')).split('\n')
      pending = lines.pop()!
      for (const line of lines) this.#obey(guest, line)
    })
    socket.write('INIT Welcome 7\n')
  }

  #obey(guest: Guest, line: string): void {
    const { socket } = guest
    const [, word = '', text = ''] = /^(\S*) ?(.*)$/.exec(line)!
    if (word === 'ECHO') socket.write(`OK ${text}\n`)
    else if (word === 'LINES') socket.write(text.replaceAll(' ', '\n') + '\n')
    else if (word === 'BYTES') socket.write(Buffer.from(text, 'hex'))
    else if (word === 'BCST') this.#others(guest, `BCST ${text}`)
    else if (word === 'LATER') this.#timers.push({ due: this.#now + Number(text), run: () => socket.write('NOW\n') })
    else if (word === 'QUIT') this.#hangUp(guest, 'OK Goodbye\n')
    else if (word === 'HALF') this.#hangUp(guest, '')
    else if (word === 'READS') socket.write(`READS ${guest.reads}\n`)
    else if (word === 'PORT') socket.write(`PORT ${this.#port()}\n`)
    else if (word === 'DROP') {
      guest.ended = true
      socket.resetAndDestroy()
    }
  }

  #others(guest: Guest, line: string): void {
    for (const { socket, ended } of this.#guests) if (socket !== guest.socket && !ended) socket.write(`${line}\n`)
  }

  #hangUp(guest: Guest, words: string): void {
    guest.ended = true
    guest.socket.end(words)
  }
}

export function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
