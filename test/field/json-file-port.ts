import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

const prefixBytes = 37

/** The file port of a `json` server as one in the field is: it leaves the uploader's connection open when the file has arrived. */
export class JsonFilePort {
  readonly #sockets = new Set<Socket>()
  readonly #receivers = new Map<string, PromiseWithResolvers<Socket>>()
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => void this.#carry(socket))
  /** The uploads that have reached their end. */
  #arrived: PromiseWithResolvers<Socket> = Promise.withResolvers()

  static async open(): Promise<JsonFilePort> {
    const files = new JsonFilePort()
    await once(files.#server.listen(0, '127.0.0.1'), 'listening')
    return files
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** The uploader's connection of the next file that has arrived: open, and nothing more comes from it. */
  async arrived(): Promise<Socket> {
    const socket = await this.#arrived.promise
    this.#arrived = Promise.withResolvers()
    return socket
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #carry(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    socket.on('error', () => {})
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
    const known = this.#receivers.get(transferId) ?? Promise.withResolvers<Socket>()
    this.#receivers.set(transferId, known)
    return known
  }
}
