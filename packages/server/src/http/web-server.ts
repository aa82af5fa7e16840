import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { ServerParts } from '../net/connections.ts'
import { isForHooks, replyToHook } from './hook-requests.ts'
import { mayConnect } from './origins.ts'
import type { PageFiles } from '../page/page-files.ts'
import { replyWithPage } from './page-replies.ts'
import { headers, respond, type Reply } from './reply.ts'
import { WebSocketStream } from './web-socket-stream.ts'

/** Whoever has not asked for anything by then is cut off. */
const usualRequestMs = 10_000
/** How often that is looked at, for each of these times. */
const checksPerRequest = 10
/** How long a connection may be silent between two requests. */
const silentMs = 5_000
const headerBytes = 16_384

/** As long as the longest frame of `parley`: what is longer is not even gathered. */
const longestMessage = 131_072
/** Pieces of one message, and of one frame: each costs more than its bytes. */
const mostPieces = 1_024

export interface WebServerOptions extends ServerParts {
  /** Whose pages may connect beside our own, as a browser writes them. */
  readonly origins: ReadonlySet<string>
  /** Milliseconds in which a request has to be said; absent: 10 s. */
  readonly requestMs?: number
}

/**
 * HTTP (L-16): the page, `/chat` for WebSockets, `/hooks/TOKEN` for bots, `/healthz`, and nothing
 * else. It does not listen yet.
 */
export async function makeWebServer(options: WebServerOptions): Promise<Server> {
  const server = await serverFor(options)
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    autoPong: false,
    perMessageDeflate: false,
    maxPayload: longestMessage,
    maxFragments: mostPieces,
    maxBufferedChunks: mostPieces,
    handleProtocols: () => false,
  })
  server.on('request', (request, response) => {
    const path = pathOf(request)
    if (isForHooks(path)) void takeForHook(request, response, path, options)
    else void reply(request, response, path, options.page)
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {})
    if (pathOf(request) !== '/chat') return refuse(socket, 404)
    if (!isWelcome(request, options)) return refuse(socket, 403)
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      options.opened(new WebSocketStream(webSocket, socket), request.socket)
    })
  })
  return server
}

async function serverFor({ tls, sockets, requestMs = usualRequestMs }: WebServerOptions): Promise<Server> {
  const options: ServerOptions = {
    ...sockets,
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: requestMs / checksPerRequest,
    keepAliveTimeout: silentMs,
    maxHeaderSize: headerBytes,
  }
  if (!tls) return createServer(options)
  const { createServer: createTlsServer } = await import('node:https')
  return createTlsServer({ ...options, ...tls, handshakeTimeout: requestMs })
}

const nothingHere: Reply = { status: 404, body: 'There is nothing here.\n' }

async function takeForHook(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { hooks }: WebServerOptions,
): Promise<void> {
  const reply = await replyToHook(request, path, hooks)
  if (!reply) return respond(request, response, nothingHere)
  const { status, body, headers: more } = reply
  const type = { 'Content-Type': 'application/json', ...more }
  respond(request, response, { status, body: `${JSON.stringify(body)}\n`, headers: type })
}

async function reply(request: IncomingMessage, response: ServerResponse, path: string, page: PageFiles): Promise<void> {
  const known = Object.hasOwn(fixed, path) ? fixed[path] : undefined
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const found = known ? (isRead ? known : null) : await replyWithPage(request, path, page)
  respond(request, response, found ?? nothingHere)
}

const fixed: { readonly [path: string]: Reply } = {
  '/healthz': { status: 200, body: 'ok\n' },
  '/chat': { status: 426, body: 'This is for WebSockets.\n' },
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0]!
}

function isWelcome({ headers: { origin, host }, socket }: IncomingMessage, { origins }: WebServerOptions): boolean {
  return mayConnect({ origin, host, localAddress: socket.localAddress ?? '', listed: origins })
}

function refuse(socket: Duplex, status: number): void {
  const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': 0 })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n`)
  // Whoever asked may go on sending, and nobody reads it.
  socket.once('finish', () => socket.destroy())
}
