import type { Socket } from 'node:net'

/**
 * Where a socket comes from; an IPv4 address that came over an IPv6 listener is written as IPv4.
 */
export function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/i, '')
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

/** Open connections per address; loopback is not counted. */
export class AddressCounts {
  readonly #limits: { readonly connectionsPerAddress: number }
  readonly #open = new Map<string, number>()

  constructor(limits: { readonly connectionsPerAddress: number }) {
    this.#limits = limits
  }

  /** False: there are as many as may be. */
  enter(address: string): boolean {
    if (isLoopback(address)) return true
    const open = this.#open.get(address) ?? 0
    if (open >= this.#limits.connectionsPerAddress) return false
    this.#open.set(address, open + 1)
    return true
  }

  leave(address: string): void {
    if (isLoopback(address)) return
    const open = (this.#open.get(address) ?? 0) - 1
    if (open > 0) this.#open.set(address, open)
    else this.#open.delete(address)
  }
}
