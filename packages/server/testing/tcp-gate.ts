import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** Stands between a client and a server, and can let nothing through. */
export class TcpGate {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isShut = false

  private constructor(target: number) {
    this.#server = createServer((near) => {
      const far = connect(target, '127.0.0.1')
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from)
        // Bytes that arrive while it is shut are gone, as on a line that is cut.
        from.on('data', (chunk: Buffer) => {
          if (!this.#isShut) to.write(chunk)
        })
        from.on('error', () => from.destroy())
        from.on('close', () => {
          this.#sockets.delete(from)
          to.destroy()
        })
      }
    })
  }

  static async open(target: number): Promise<TcpGate> {
    const gate = new TcpGate(target)
    gate.#server.listen(0, '127.0.0.1')
    await once(gate.#server, 'listening')
    return gate
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Nothing comes through, and nobody is told. */
  shut(): void {
    this.#isShut = true
  }

  /** Whoever was connected connects anew: bytes are missing in between. */
  openAgain(): void {
    this.#isShut = false
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
