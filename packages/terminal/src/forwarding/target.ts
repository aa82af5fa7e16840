/** Where a tunnel leads on this side. */
export interface Target {
  readonly host: string
  readonly port: number
}

/** `host:port`, `[::1]:port` or `:port`, which is on this machine; null: it is none of these. */
export function parseTarget(text: string): Target | null {
  const [, host, digits] = /^(\[[0-9a-f:.]+\]|[^\s:/[\]]*):(\d{1,5})$/i.exec(text) ?? []
  const port = parsePort(digits ?? '')
  if (host === undefined || port === null) return null
  return { host: host.replace(/^\[|\]$/g, '') || 'localhost', port }
}

/** 1 to 65,535. */
export function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : null
}
