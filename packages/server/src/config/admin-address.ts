import { isHost } from './listener-url.ts'

export interface AdminAddress {
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:9464`, `[::1]:9464`, or `:9464` for this machine alone; null: it is none of these. */
export function parseAdminAddress(text: string): AdminAddress | null {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? (plain === '' ? '127.0.0.1' : plain)
  const port = Number(digits)
  return host !== undefined && isHost(host) && port <= 65_535 ? { host, port } : null
}
