import { ok, fail, type Clock, type Result } from '@parley/core'
import type { Socket } from 'node:net'

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
/** Of the part that says how long the rest is. */
const headBytes = 16
/** A longer rest is none of a balancer that we know of. */
const longestRest = 4_096
const patienceMs = 5_000

const commands = { local: 0x20, proxy: 0x21 }
const families: Readonly<Record<number, { readonly bytes: number; format(bytes: Uint8Array): string }>> = {
  0x11: { bytes: 4, format: (bytes) => bytes.join('.') },
  0x21: { bytes: 16, format: formatIpv6 },
}

export type ProxyFailure = 'no-header' | 'too-late' | 'unsupported'

/**
 * Reads the header of PROXY protocol v2, which a balancer puts before the first byte of its client
 * (haproxy.org, proxy-protocol.txt, 2.2). Succeeds with the client's address; null: the connection
 * is the balancer's own. What comes behind it stays in the socket. `told` is not called where the
 * socket closes before.
 */
export function readProxyHeader(
  socket: Socket,
  clock: Clock,
  told: (address: Result<string | null, ProxyFailure>) => void,
): void {
  let rest: { readonly command: number; readonly family: number; readonly bytes: number } | undefined
  const cancel = clock.after(patienceMs, () => done(fail('too-late')))

  const done = (result: Result<string | null, ProxyFailure>): void => {
    socket.off('readable', read)
    socket.off('close', stop)
    socket.off('end', ended)
    cancel()
    told(result)
  }
  const stop = (): void => cancel()
  const ended = (): void => done(fail('no-header'))
  const read = (): void => {
    if (!rest) {
      const head = socket.read(headBytes) as Buffer | null
      if (!head) return
      if (head.length < headBytes || !head.subarray(0, signature.length).equals(signature)) return ended()
      rest = { command: head[12]!, family: head[13]!, bytes: head.readUInt16BE(14) }
      if (rest.bytes > longestRest) return done(fail('unsupported'))
    }
    const addresses = rest.bytes === 0 ? Buffer.alloc(0) : (socket.read(rest.bytes) as Buffer | null)
    if (addresses) done(addressIn(rest.command, rest.family, addresses))
  }
  socket.on('readable', read)
  socket.on('close', stop)
  socket.on('end', ended)
}

function addressIn(command: number, family: number, addresses: Buffer): Result<string | null, ProxyFailure> {
  if (command === commands.local) return ok(null)
  const known = families[family]
  if (command !== commands.proxy || !known || addresses.length < 2 * known.bytes) return fail('unsupported')
  return ok(known.format(addresses.subarray(0, known.bytes)))
}

/** An IPv4 address that came as IPv6 is written as IPv4, as everywhere. */
function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, at) => (bytes[2 * at]! << 8) | bytes[2 * at + 1]!)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return bytes.subarray(12).join('.')
  return groups.map((group) => group.toString(16)).join(':')
}
