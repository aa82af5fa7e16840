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
