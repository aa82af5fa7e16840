import type { Dialect, Options } from '@parley/protocols'
import type { ListenerUrl, Scheme } from './listener-url.ts'

/** A port that settings ask for. */
export interface PlannedPort {
  /** As the scheme of its URL: with an `s` where it is TLS. */
  readonly scheme: string
  readonly tls: boolean
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

/** What a listener can speak, with the ports that come along. */
interface Planned extends Scheme {
  dialect(options: Options): Pick<Dialect<unknown, unknown>, 'companions'>
}

const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Every port of these listeners, those that come along with some included. */
export function plannedPorts(listeners: readonly ListenerUrl<Planned>[]): readonly PlannedPort[] {
  return listeners.flatMap(({ protocol, tls, host, port, options }) => {
    const along = protocol.dialect(options).companions ?? []
    const all = [{ name: protocol.name, port }, ...along.map((each) => ({ name: each.name, port: each.port(port) }))]
    return all.map((each) => ({ scheme: tls ? `${each.name}s` : each.name, tls, host, port: each.port }))
  })
}

/** The first port that two of them want, for people; null: there is none. */
export function clashIn(ports: readonly PlannedPort[]): string | null {
  for (const [at, one] of ports.entries()) {
    const other = ports.slice(0, at).find((each) => isSame(each, one))
    if (!other) continue
    return `${urlOf(other)} and ${urlOf(one)} are the same port; give one of them another (json takes the one behind its own for files, or ?files=PORT)`
  }
  return null
}

export function urlOf({ scheme, host, port }: PlannedPort): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function isSame(one: PlannedPort, other: PlannedPort): boolean {
  if (one.port === 0 || one.port !== other.port) return false
  return one.host === other.host || wildcards.has(one.host) || wildcards.has(other.host)
}
