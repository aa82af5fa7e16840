import type { Socket } from 'node:net'

interface Begun {
  readonly socket: Socket
  readonly address: string
}

/**
 * The sockets of one listener that were let in and are no connection yet: they are in a handshake,
 * or in a request. What comes of one is found by its far side, which one socket has at a time.
 */
export class Beginning {
  readonly #begun = new Map<string, Begun>()

  /** `address`: where it comes from, as far as is known. */
  add(socket: Socket, address: string): void {
    const farSide = farSideOf(socket)
    this.#begun.set(farSide, { socket, address })
    socket.once('close', () => this.#begun.delete(farSide))
  }

  /** `socket`: the one that was added, or one that was made of it. */
  of(socket: Socket): Begun | undefined {
    return this.#begun.get(farSideOf(socket))
  }
}

function farSideOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
