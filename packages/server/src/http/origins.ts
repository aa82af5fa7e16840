import { isIP } from 'node:net'
import { isLoopback } from '../address.ts'

/** Whose pages may connect. */
export interface OriginQuestion {
  /** The headers of a request; undefined: it has none of the name. */
  readonly origin: string | undefined
  readonly host: string | undefined
  /** Where the listener was reached. Opaque, compared only. */
  readonly localAddress: string
  readonly listed: ReadonlySet<string>
}

/** Web origins with blanks between them, as a browser writes them. What is none is passed over. */
export function parseOrigins(text: string): ReadonlySet<string> {
  return new Set(text.split(' ').flatMap((each) => originOf(each)?.origin ?? []))
}

/**
 * Whether a page from there may open a WebSocket (L-16): without an origin it is no page. A page of
 * our own comes from the very host that it connects to. At a loopback address that host has to be
 * one of this machine, since anybody's name may be made to point here.
 */
export function mayConnect({ origin, host, localAddress, listed }: OriginQuestion): boolean {
  if (origin === undefined) return true
  const from = originOf(origin)
  if (!from) return false
  if (listed.has(from.origin)) return true
  if (host === undefined || from.host !== host.toLowerCase()) return false
  return !isLoopback(localAddress) || isOwnName(from.hostname)
}

function originOf(text: string): URL | null {
  const url = URL.parse(text)
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : null
}

function isOwnName(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(address) > 0 && isLoopback(address)
}
