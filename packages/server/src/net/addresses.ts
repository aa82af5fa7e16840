import type { Socket } from 'node:net'
import { addressGroup, isLoopback } from '../address.ts'

/**
 * Where a socket comes from; an IPv4 address that came over an IPv6 listener is written as IPv4.
 */
export function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/i, '')
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
    const group = addressGroup(address)
    const open = this.#open.get(group) ?? 0
    if (open >= this.#limits.connectionsPerAddress) return false
    this.#open.set(group, open + 1)
    return true
  }

  leave(address: string): void {
    if (isLoopback(address)) return
    const group = addressGroup(address)
    const open = (this.#open.get(group) ?? 0) - 1
    if (open > 0) this.#open.set(group, open)
    else this.#open.delete(group)
  }
}
