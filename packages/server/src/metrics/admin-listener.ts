import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AdminAddress } from '../config/admin-address.ts'
import type { Parsed } from '../config/listener-url.ts'
import { listenReason } from '../listen-reason.ts'
import type { Metrics } from './metrics.ts'

export interface AdminListener extends AdminAddress {
  close(): Promise<void>
}

/**
 * Serves `/metrics`, `/healthz` and `/readyz` over HTTP, to whoever reaches it: it changes nothing
 * and tells no name. Fails with a message for people.
 */
export async function openAdminListener(
  { host, port }: AdminAddress,
  metrics: Metrics,
): Promise<Parsed<AdminListener>> {
  // Loaded where it is asked for only: it takes memory.
  const { createServer } = await import('node:http')
  const server = createServer(
    { requestTimeout: 5_000, headersTimeout: 5_000, keepAliveTimeout: 5_000 },
    repliesOf(metrics),
  )
  server.maxConnections = 64
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, resolve)
    })
  } catch (error) {
    return { ok: false, message: `cannot listen for admin requests on ${host}:${port}: ${listenReason(error)}` }
  }
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { ok: true, value: { host, port: bound, close } }
}

function repliesOf(metrics: Metrics): RequestListener {
  const pages: Readonly<Record<string, () => [status: number, type: string, body: string]>> = {
    '/metrics': () => [200, 'text/plain; version=0.0.4; charset=utf-8', metrics.text()],
    '/healthz': () => [200, plain, 'ok\n'],
    '/readyz': () => (metrics.isReady ? [200, plain, 'ready\n'] : [503, plain, 'the store takes no writes\n']),
  }
  return (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?')[0]!
    const page = Object.hasOwn(pages, path) ? pages[path]! : null
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const [status, type, body] = !page
      ? [404, plain, 'There is /metrics, /healthz and /readyz.\n']
      : isRead
        ? page()
        : [405, plain, 'This can only be read.\n']
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

const plain = 'text/plain; charset=utf-8'
