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
  readonly options: Readonly<Record<string, string>>
}

export type ReadUrl = { readonly ok: true; readonly value: CheckUrl } | { readonly ok: false; readonly problem: string }

/** Reads `PROTOCOL://HOST[:PORT]`, with an s behind the protocol for TLS. The port may be the default one. */
export function parseCheckUrl(text: string): ReadUrl {
  const form = 'write PROTOCOL://HOST:PORT, such as helo://localhost:1347'
  const url = URL.parse(text)
  const scheme = url?.protocol.slice(0, -1) ?? ''
  const known = protocols.find(({ name }) => scheme === name || scheme === `${name}s`)
  if (!url || url.hostname === '') return { ok: false, problem: `"${text}" is no URL of a server; ${form}` }
  if (!known) {
    const names = protocols.map(({ name }) => name).join(', ')
    return { ok: false, problem: `there is no protocol "${scheme}"; there are ${names}` }
  }
  if (url.username !== '' || url.password !== '') {
    return { ok: false, problem: `"${text}" names a user; leave that out, the names are made fresh` }
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? known.port : Number(url.port)
  const options = Object.fromEntries(url.searchParams)
  return { ok: true, value: { protocol: known.name, host, port, tls: scheme !== known.name, options } }
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
