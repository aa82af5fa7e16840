import { isIPv6 } from 'node:net'

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
const loopback = '127.0.0.1'
const port = 40_000

/** The header of PROXY protocol v2 of a TCP connection from that address. */
export function proxyHeader(address: string): Buffer {
  const addresses = isIPv6(address)
    ? Buffer.concat([groups(address), groups('::1')])
    : Buffer.concat([address, loopback].map((each) => Buffer.from(each.split('.').map(Number))))
  const rest = Buffer.alloc(4)
  rest.writeUInt16BE(port, 0)
  rest.writeUInt16BE(port, 2)
  const head = Buffer.from([0x21, isIPv6(address) ? 0x21 : 0x11, 0, addresses.length + rest.length])
  return Buffer.concat([signature, head, addresses, rest])
}

/** The 16 bytes of an IPv6 address. */
function groups(address: string): Buffer {
  const [left = '', right] = address.split('::')
  const words = (text: string) => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)))
  const [first, last] = [words(left), words(right ?? '')]
  const all = [...first, ...Array<number>(right === undefined ? 0 : 8 - first.length - last.length).fill(0), ...last]
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]))
}
