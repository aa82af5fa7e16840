/** An address or the addresses that begin with the same bits. */
export interface Network {
  /** 4 of them for IPv4, 16 for IPv6. */
  readonly bytes: readonly number[]
  readonly bits: number
}

/** `192.0.2.7`, `192.0.2.0/24`, `2001:db8::1` or `2001:db8::/32`; null: it is none of these. */
export function parseNetwork(text: string): Network | null {
  const [address = '', length, ...more] = text.split('/')
  const bytes = parseAddress(address)
  if (!bytes || more.length > 0) return null
  const longest = bytes.length * 8
  if (length === undefined) return { bytes, bits: longest }
  if (!/^\d{1,3}$/.test(length) || Number(length) > longest) return null
  return { bytes, bits: Number(length) }
}

export function networkHas({ bytes, bits }: Network, address: readonly number[]): boolean {
  if (bytes.length !== address.length) return false
  for (let left = bits, at = 0; left > 0; left -= 8, at++) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff
    if ((bytes[at]! & mask) !== (address[at]! & mask)) return false
  }
  return true
}

/** The bytes of an IPv4 or IPv6 address; null: it is none. */
export function parseAddress(text: string): readonly number[] | null {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text)
}

function parseIPv4(text: string): readonly number[] | null {
  const parts = text.split('.')
  const isByte = (part: string) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255
  return parts.length === 4 && parts.every(isByte) ? parts.map(Number) : null
}

function parseIPv6(text: string): readonly number[] | null {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return null
  const first = wordsOf(head)
  const last = tail === undefined ? [] : wordsOf(tail)
  if (!first || !last) return null
  const missing = 8 - first.length - last.length
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const words = [...first, ...Array<number>(missing).fill(0), ...last]
  return words.flatMap((word) => [word >> 8, word & 0xff])
}

function wordsOf(text: string): readonly number[] | null {
  if (text === '') return []
  const words = text.split(':')
  return words.every((word) => /^[0-9a-f]{1,4}$/i.test(word)) ? words.map((word) => Number.parseInt(word, 16)) : null
}
