import { protocols } from '@parley/protocols'
import type { ConnectionOptions } from 'node:tls'
import type { Address } from '../target.ts'
import { checkedProtocols } from './protocols.ts'

/** Where a server listens for one protocol. */
export interface CheckUrl {
  readonly protocol: string
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** Of a WebSocket; absent: plain TCP. */
  readonly path?: string
  readonly options: Readonly<Record<string, string>>
}

export type ReadUrl = { readonly ok: true; readonly value: CheckUrl } | { readonly ok: false; readonly problem: string }

/** Where our server has its WebSocket, unless the URL says otherwise (L-1). */
const webSocket = { protocol: 'parley', port: 7_080, path: '/chat' }

/**
 * Reads `PROTOCOL://HOST[:PORT]`, with an s behind the protocol for TLS; `ws` and `wss` are `parley`
 * over a WebSocket. The port may be the default one.
 */
export function parseCheckUrl(text: string): ReadUrl {
  const form = 'write PROTOCOL://HOST:PORT, such as helo://localhost:1347'
  const url = URL.parse(text)
  const scheme = url?.protocol.slice(0, -1) ?? ''
  const isWeb = scheme === 'ws' || scheme === 'wss'
  const spoken = protocols.find(({ name }) => scheme === name || scheme === `${name}s`)
  if (!url || url.hostname === '') return { ok: false, problem: `"${text}" is no URL of a server; ${form}` }
  const known = isWeb ? { name: webSocket.protocol, port: webSocket.port } : spoken
  if (!known) {
    const names = [...protocols.map(({ name }) => name), 'ws'].join(', ')
    return { ok: false, problem: `there is no protocol "${scheme}"; there are ${names}` }
  }
  if (url.username !== '' || url.password !== '') {
    return { ok: false, problem: `"${text}" names a user; leave that out, the names are made fresh` }
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = portIn(text) ?? known.port
  const options = Object.fromEntries(url.searchParams)
  const tls = isWeb ? scheme === 'wss' : scheme !== known.name
  const path = isWeb ? { path: url.pathname === '/' ? webSocket.path : url.pathname } : {}
  return { ok: true, value: { protocol: known.name, host, port, tls, ...path, options } }
}

/** `URL` drops the port that is usual for a scheme which it knows. */
function portIn(text: string): number | undefined {
  const [, digits] = /^[a-z]+:\/\/[^/?#]*:(\d+)(?=[/?#]|$)/i.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** For people, and for a WebSocket that has a path. */
export function shownUrl({ protocol, host, port, tls, path }: CheckUrl): string {
  const scheme = path === undefined ? protocol : 'ws'
  return `${scheme}${tls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}${path ?? ''}`
}

/** The listeners of a server by protocol, with those that come with one (J-16). `ca`: PEM certificates to trust. */
export function addressesOf(urls: readonly CheckUrl[], ca?: string): ReadonlyMap<string, Address> {
  const addresses = new Map<string, Address>()
  const secure: ConnectionOptions = ca === undefined ? {} : { ca }
  for (const { protocol, host, port, tls, options } of urls) {
    addresses.set(protocol, { host, port, ...(tls && { tls: secure }) })
    for (const { name, option, port: portOf } of checkedProtocols[protocol]?.companions ?? []) {
      const own = Number(options[option] ?? portOf(port))
      addresses.set(name, { host, port: own, ...(tls && { tls: secure }) })
    }
  }
  return addresses
}
