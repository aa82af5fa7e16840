import type { PageUrl } from '@parley/client/web'

/** The WebSocket of the server that this page came from. */
export function serverOf({ protocol, hostname, port }: Location, name: string): PageUrl {
  const tls = protocol === 'https:'
  const host = hostname.replace(/^\[|\]$/g, '')
  return { host, port: port === '' ? (tls ? 443 : 80) : Number(port), tls, path: '/chat', name }
}

/** What this device is called among those of an account: `Firefox on Android`. */
export function deviceLabel(userAgent: string): string {
  const browser = /Edg|OPR|Firefox|Chrome|Safari/.exec(userAgent)?.[0] ?? 'Browser'
  const system = /Android|iPhone|iPad|Windows|Mac OS|CrOS|Linux/.exec(userAgent)?.[0]
  const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser
  return system === undefined ? name : `${name} on ${system}`
}
