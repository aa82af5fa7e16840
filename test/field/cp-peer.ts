import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Bytes of one receive. */
const pduBytes = 1_024

/**
 * Somebody else's `cp` client: one write is one PDU, without a line end, and one receive is one PDU. It decodes as ASCII, and what it cannot decode stops
 * its fetch without a confirmation.
 */
export class CpPeer {
  /** What its user reads. */
  readonly shown: string[] = []
  readonly #socket: Socket
  readonly #chunks: AsyncIterator<Buffer>

  readonly #lull: () => void

  private constructor(socket: Socket, lull: () => void) {
    this.#socket = socket
    this.#lull = lull
    this.#chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  }

  /** `lull` lets the silence pass by which the server knows the end of a PDU. */
  static async open(port: number, user: string, password: string, lull: () => void): Promise<CpPeer> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const peer = new CpPeer(socket, lull)
    for (const command of [`USER${user}`, `PASS${password}`]) {
      peer.#send(command)
      await peer.#receive()
    }
    return peer
  }

  /** Its user asks for messages. Resolves with what ended it: a reply, or `stopped`. */
  async fetch(): Promise<string> {
    for (this.#send('RMSG'); ; this.#send('250')) {
      const pdu = await this.#receive()
      if (pdu === null) return 'stopped'
      const [, message] = /^RMSG(.*)$/.exec(pdu) ?? []
      if (message === undefined) return pdu
      this.shown.push(message)
    }
  }

  async close(): Promise<void> {
    this.#socket.destroy()
    if (!this.#socket.closed) await once(this.#socket, 'close')
  }

  #send(pdu: string): void {
    this.#socket.write(pdu)
  }

  /** null: it is not ASCII. */
  async #receive(): Promise<string | null> {
    const chunk = this.#chunks.next()
    const turn = () => new Promise<null>((resolve) => setImmediate(resolve, null))
    let come = await Promise.race([chunk, turn()])
    for (; come === null; come = await Promise.race([chunk, turn()])) this.#lull()
    const bytes = (come.done ? Buffer.alloc(0) : come.value).subarray(0, pduBytes)
    return bytes.some((byte) => byte > 0x7f) ? null : bytes.toString('latin1').trimEnd()
  }
}
