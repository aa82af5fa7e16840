import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { abortOf, op, packetIn, type Packet } from './chatos-frames.ts'

const error = { ok: 1, pseudoUnavailable: 2, invalidPseudonym: 3, unreachableUser: 4, notInProtocole: 6 } as const

export interface ChatosFieldServer {
  readonly port: number
  /** Opcodes in the order in which they came. */
  readonly heard: readonly number[]
}

/**
 * A `chatos` server of the field. It has 1,024 bytes of room for each connection and closes on a packet that is longer
 * (C-10), takes any pseudonym, and says no OK to a TCPAbort (C-7).
 */
export async function chatosServer(t: TestContext): Promise<ChatosFieldServer> {
  const server = new Server()
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.opened(socket))
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    listener.close()
    server.end()
  })
  return { port: (listener.address() as AddressInfo).port, heard: server.heard }
}

/** A request that runs: its packet, and the private sockets that have come. */
interface Request {
  accepting?: Socket
  connecting?: Socket
}

class Server {
  readonly heard: number[] = []
  readonly #sockets = new Set<Socket>()
  readonly #users = new Map<string, Socket>()
  /** By asker, asked and number, as bytes. */
  readonly #requests = new Map<string, Request>()

  opened(socket: Socket): void {
    this.#sockets.add(socket)
    let pending: Buffer = Buffer.alloc(0)
    const read = (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk])
      for (let packet = packetIn(pending); packet !== undefined; packet = packetIn(pending)) {
        if (packet === null) return void socket.destroy()
        pending = pending.subarray(packet.bytes.length)
        this.heard.push(packet.opcode)
        if (packet.opcode !== op.TCPAccept && packet.opcode !== op.TCPConnect) this.#main(socket, packet)
        else return this.#private(socket.off('data', read).pause(), packet, pending)
      }
    }
    socket.on('data', read)
    socket.on('error', () => {})
    socket.on('end', () => this.#isUser(socket) && socket.end())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      for (const [name, each] of this.#users) if (each === socket) this.#users.delete(name)
    })
  }

  end(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #isUser(socket: Socket): boolean {
    return [...this.#users.values()].includes(socket)
  }

  #main(socket: Socket, packet: Packet): void {
    const [sender = '', recipient = ''] = packet.strings
    const say = (code: number) => void socket.write(Buffer.of(op.ERROR, code))
    if (packet.opcode === op.CR) {
      if (this.#users.has(sender)) return say(error.pseudoUnavailable)
      this.#users.set(sender, socket)
      return say(error.ok)
    }
    if (packet.opcode === op.TCPAbort) return this.#abort(packet)
    const to = this.#users.get(recipient)
    const isAsk = packet.opcode === op.TCPAsk
    const refuse = (code: number) => {
      say(code)
      if (isAsk) socket.write(abortOf(packet))
    }
    if (this.#users.get(sender) !== socket) return refuse(error.invalidPseudonym)
    if (packet.opcode === op.SMA) {
      say(error.ok)
      for (const other of this.#users.values()) if (other !== socket) other.write(packet.bytes)
      return
    }
    if (!to || (isAsk && to === socket)) return refuse(error.unreachableUser)
    if (isAsk) this.#requests.set(keyOf(packet), {})
    to.write(packet.bytes)
    say(error.ok)
  }

  /** Both hear of it, and neither hears OK. */
  #abort(packet: Packet): void {
    if (!this.#requests.delete(keyOf(packet))) return
    for (const name of packet.strings) this.#users.get(name)?.write(packet.bytes)
  }

  /** What comes behind the packet is the other's. */
  #private(socket: Socket, packet: Packet, early: Buffer): void {
    const request = this.#requests.get(keyOf(packet))
    if (!request) return void socket.end(Buffer.of(op.ERROR, error.notInProtocole))
    if (early.length > 0) socket.unshift(early)
    if (packet.opcode === op.TCPAccept) {
      request.accepting = socket
      this.#users.get(packet.strings[0] ?? '')?.write(packet.bytes)
    } else request.connecting = socket
    const { accepting, connecting } = request
    if (!accepting || !connecting) return
    this.#requests.delete(keyOf(packet))
    for (const [from, to] of [
      [accepting, connecting],
      [connecting, accepting],
    ] as const) {
      from.write(Buffer.of(op.ERROR, error.ok))
      from.pipe(to)
    }
  }
}

function keyOf({ bytes }: Packet): string {
  return bytes.toString('latin1', 1)
}
