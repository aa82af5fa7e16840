import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

const prefixBytes = 37

type Body = Readonly<Record<string, unknown>>

/**
 * A `json` server of other people, as far as files go: it knows LOGIN alone, relays an offer with the sender that stands in it, and leaves the
 * uploader's connection open when the file has arrived.
 */
export class JsonFileServer {
  readonly #users = new Map<string, Socket>()
  readonly #sockets = new Set<Socket>()
  readonly #sides = new Map<string, PromiseWithResolvers<Socket>>()
  readonly #main = createServer((socket) => this.#talk(socket))
  readonly #files = createServer({ allowHalfOpen: true }, (socket) => void this.#carry(socket))
  /** The uploads that have reached their end. */
  #arrived: PromiseWithResolvers<Socket> = Promise.withResolvers()

  static async start(): Promise<JsonFileServer> {
    const server = new JsonFileServer()
    for (const each of [server.#main, server.#files]) {
      each.listen(0, '127.0.0.1')
      await once(each, 'listening')
    }
    return server
  }

  get ports(): { readonly json: number; readonly files: number } {
    return { json: portOf(this.#main), files: portOf(this.#files) }
  }

  /** The uploader's connection of the next file that has arrived: open, and nothing more comes from it. */
  async arrived(): Promise<Socket> {
    const socket = await this.#arrived.promise
    this.#arrived = Promise.withResolvers()
    return socket
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    for (const each of [this.#main, this.#files]) {
      each.close()
      await once(each, 'close')
    }
  }

  #talk(socket: Socket): void {
    this.#keep(socket)
    let me = ''
    const say = (header: string, body: Body) => socket.write(`${header} ${JSON.stringify(body)}\n`)
    say('WELCOME', { message: 'Welcome to the server' })
    createInterface({ input: socket }).on('line', (line) => {
      const [header = '', json = '{}'] = line.split(/ (.*)/)
      const body: Body = JSON.parse(json)
      switch (header) {
        case 'LOGIN':
          me = String(body['username'])
          this.#users.set(me, socket)
          return say('LOGIN_RESP', { code: 0, status: 'OK' })
        case 'LIST_USERS_REQ':
          return say('LIST_USERS_RESP', { code: 0, status: 'OK', users: [...this.#users.keys()] })
        case 'FILE_TRANSFER_REQUEST': {
          const { sender = null, receiver, filename, size = 0 } = body
          return this.#say(receiver, 'FILE_TRANSFER_REQUEST', { sender, filename, size })
        }
        case 'FILE_TRANSFER_RESPONSE': {
          const { sender, status, transferId } = body
          return this.#say(sender, 'FILE_TRANSFER_RESPONSE', { code: 0, status, sender, transferId })
        }
        case 'BYE':
          say('BYE_RESP', { code: 0, status: 'OK' })
          return socket.end()
        case 'PONG':
          return
        default:
          return socket.write('UNKNOWN_COMMAND\n')
      }
    })
  }

  #say(user: unknown, header: string, body: Body): void {
    this.#users.get(String(user))?.write(`${header} ${JSON.stringify(body)}\n`)
  }

  async #carry(socket: Socket): Promise<void> {
    this.#keep(socket)
    let bytes = Buffer.alloc(0)
    while (bytes.length < prefixBytes) bytes = Buffer.concat([bytes, (await once(socket, 'data'))[0] as Buffer])
    socket.pause()
    const side = bytes.toString('latin1', 0, 1)
    const receiver = this.#receiver(bytes.toString('latin1', 1, prefixBytes))
    if (side === 'R') return receiver.resolve(socket)
    const to = await receiver.promise
    to.write(bytes.subarray(prefixBytes))
    socket.on('data', (chunk) => to.write(chunk))
    socket.on('end', () => {
      to.end()
      this.#arrived.resolve(socket)
    })
    socket.resume()
  }

  #receiver(transferId: string): PromiseWithResolvers<Socket> {
    const known = this.#sides.get(transferId) ?? Promise.withResolvers<Socket>()
    this.#sides.set(transferId, known)
    return known
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
