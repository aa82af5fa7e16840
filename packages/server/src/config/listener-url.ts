import { isIPv4, isIPv6 } from 'node:net'
import type { Options, OptionSpecs } from '@parley/protocols'
import { didYouMean } from '../settings-file/suggest.ts'

/** What a listener's URL needs to know of a protocol; every Protocol is one. */
export interface Scheme {
  readonly name: string
  readonly port: number
  readonly options: OptionSpecs
}

/** Options that every listener has, whatever its protocol. */
const commonOptions: OptionSpecs = {
  proxy: {
    default: 'off',
    values: ['off', 'v2'],
    note: 'behind a balancer that says by PROXY protocol v2 where each connection comes from',
  },
}

/**
 * `host` without brackets. `port` 0: any free one. `proxy`: each connection begins with a header of
 * PROXY protocol v2. Every option of the protocol is present.
 */
export interface ListenerUrl<P extends Scheme = Scheme> {
  readonly protocol: P
  readonly tls: boolean
  readonly proxy: boolean
  readonly host: string
  readonly port: number
  readonly options: Options
}

/** `message`: what is wrong and what is allowed, for people. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }

const shape = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/i
const authority = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d{0,6}))?$/
const hostName = /^(?!-)[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i

/**
 * `ident://127.0.0.1:1337?texts=course`: protocol, an `s` behind it for TLS, host, port, options.
 * Host and port may be left out.
 */
export function parseListenerUrl<P extends Scheme>(
  text: string,
  protocols: readonly P[],
  defaults: { readonly host: string },
): Parsed<ListenerUrl<P>> {
  const wrong = (what: string) => ({ ok: false, message: `"${printable(text)}": ${what}` }) as const
  const parts = shape.exec(text)
  if (!parts) return wrong(`this is no listener URL; write PROTOCOL://HOST:PORT, for example ${example(protocols)}`)
  const [, scheme = '', hostAndPort = '', path = '', query = '', fragment] = parts
  const spoken = protocolOf(scheme.toLowerCase(), protocols)
  if (!spoken) {
    const known = protocols.map(({ name }) => name)
    const near = didYouMean(scheme, [...known, ...known.map((name) => `${name}s`)])
    return wrong(
      `there is no protocol "${scheme}"${near}; there are ${listed(known)}, each with an s behind it for TLS`,
    )
  }
  if (hostAndPort.includes('@')) return wrong('a listener has no user name; leave out what stands before the @')
  if (path !== '' && path !== '/') return wrong(`a listener has no path; leave out "${printable(path)}"`)
  if (fragment !== undefined) return wrong(`a listener has no part behind a #; leave out "${printable(fragment)}"`)
  const place = authority.exec(hostAndPort)
  if (!place) {
    return wrong('after :// comes HOST:PORT, with an IPv6 host in brackets ([::1]:1337) and the port in digits')
  }
  const [, givenHost = '', givenPort = ''] = place
  const host = givenHost === '' ? defaults.host : bareHost(givenHost)
  if (host === null) return wrong(`"${printable(givenHost)}" is no host; write a name, an IPv4 address or [IPv6]`)
  const port = givenPort === '' ? spoken.protocol.port : Number(givenPort)
  if (port > 65_535) return wrong(`there is no port ${givenPort}; ports go from 1 to 65535, and 0 picks a free one`)
  const options = parseOptions(query, spoken.protocol)
  if (!options.ok) return wrong(options.message)
  const { proxy, ...ofProtocol } = options.value
  return { ok: true, value: { ...spoken, proxy: proxy === 'v2', host, port, options: ofProtocol } }
}

/** A name, an IPv4 or an IPv6 address, the latter without brackets. */
export function isHost(text: string): boolean {
  if (isIPv6(text)) return true
  // What looks like an address of digits and is none would be taken by the resolver for something
  // else.
  return /^[\d.]+$/.test(text) ? isIPv4(text) : hostName.test(text) && text.length <= 253
}

function bareHost(text: string): string | null {
  if (!text.startsWith('[')) return isHost(text) ? text : null
  const inner = text.slice(1, -1)
  return isIPv6(inner) ? inner : null
}

function protocolOf<P extends Scheme>(scheme: string, protocols: readonly P[]): { protocol: P; tls: boolean } | null {
  for (const tls of [false, true]) {
    const protocol = protocols.find(({ name }) => scheme === (tls ? `${name}s` : name))
    if (protocol) return { protocol, tls }
  }
  return null
}

function parseOptions(query: string, { name, options: ofProtocol }: Scheme): Parsed<Options> {
  const options = { ...ofProtocol, ...commonOptions }
  const known = Object.keys(options)
  const chosen = new Map(Object.entries(options).map(([option, spec]) => [option, spec.default]))
  const given = new Set<string>()
  for (const [option, value] of new URLSearchParams(query)) {
    const spec = Object.hasOwn(options, option) ? options[option] : undefined
    if (!spec) {
      const there = `${name} has ${listed(known)}`
      return { ok: false, message: `there is no option "${printable(option)}"${didYouMean(option, known)}; ${there}` }
    }
    if (given.has(option)) return { ok: false, message: `the option "${option}" stands there twice; give it once` }
    if (spec.values && !spec.values.includes(value)) {
      const near = didYouMean(value, spec.values)
      const allowed = `write ${listed(spec.values, 'or')}`
      return { ok: false, message: `the option "${option}" cannot be "${printable(value)}"${near}; ${allowed}` }
    }
    if (spec.port && !isPort(value)) {
      return {
        ok: false,
        message: `the option "${option}" cannot be "${printable(value)}"; write a port from 0 to 65535`,
      }
    }
    given.add(option)
    chosen.set(option, value)
  }
  return { ok: true, value: Object.fromEntries(chosen) }
}

function isPort(text: string): boolean {
  return /^\d{0,5}$/.test(text) && Number(text) <= 65_535
}

function example(protocols: readonly Scheme[]): string {
  const { name, port } = protocols[0] ?? { name: 'ident', port: 1337 }
  return `${name}://127.0.0.1:${port}`
}

function listed(words: readonly string[], last = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

/** What somebody typed, safe to show on a terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')
}
