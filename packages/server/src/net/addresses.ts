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

/**
 * What counts as one address: an IPv6 address's /64, because a machine has as many as it likes in
 * there.
 */
export function addressGroup(address: string): string {
  if (!address.includes(':')) return address
  const [left = '', right] = address.replace(/%.*$/, '').split('::')
  const first = left === '' ? [] : left.split(':')
  const rest = right === undefined || right === '' ? [] : right.split(':')
  const missing = right === undefined ? 0 : Math.max(0, 8 - first.length - rest.length)
  const groups = [...first, ...Array<string>(missing).fill('0'), ...rest].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** Open connections per address; loopback is not counted. */
export class AddressCounts {
  readonly #limit: number
  readonly #open = new Map<string, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** False: there are as many as may be. */
  enter(address: string): boolean {
    if (isLoopback(address)) return true
    const group = addressGroup(address)
    const open = this.#open.get(group) ?? 0
    if (open >= this.#limit) return false
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
