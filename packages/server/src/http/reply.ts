import type { IncomingMessage, ServerResponse } from 'node:http'

/** `headers`: beside those that every response has, or in their place. */
export interface Reply {
  readonly status: number
  /** null: the status says it all. */
  readonly body: string | Buffer | null
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * In what is no page there is nothing that a browser could run, show in a frame, keep, or send on.
 * So a page that was slipped in could do nothing.
 */
export const headers = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

export function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers: more }: Reply,
): void {
  // A body that was not read is in the way of what comes behind it.
  if (!request.complete && !isBodiless(request)) response.shouldKeepAlive = false
  const length = body === null ? {} : { 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(status, { ...headers, ...more, ...length })
  response.end(request.method === 'HEAD' || body === null ? '' : body)
}

function isBodiless({ headers: said }: IncomingMessage): boolean {
  return said['transfer-encoding'] === undefined && (said['content-length'] ?? '0') === '0'
}
