import type { IncomingMessage } from 'node:http'
import type { PageFiles } from '../page/page-files.ts'
import type { Reply } from './reply.ts'

/**
 * What the page may do: run and show what this server serves, pictures that it made itself, and
 * nothing from anywhere else. No script or style may stand in the page's text, so a text that was
 * taken for markup could do nothing.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  'media-src blob:',
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types parley',
].join('; ')

/** Nothing of the machine that the page asks for. */
const denied = ['camera', 'display-capture', 'geolocation', 'microphone', 'midi', 'payment', 'serial', 'usb']

const pageHeaders = {
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': denied.map((feature) => `${feature}=()`).join(', '),
  'X-Frame-Options': 'DENY',
  Vary: 'Accept-Encoding',
}

const aYear = 31_536_000

/** null: the path is none of the page's. */
export async function replyWithPage(request: IncomingMessage, path: string, page: PageFiles): Promise<Reply | null> {
  if (path === '/' && page.isMissing) return notBuilt
  if (!page.has(path)) return null
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, body: 'This can only be read.\n', headers: { Allow: 'GET, HEAD' } }
  }
  const file = await page.find(path, request.headers['accept-encoding'] ?? '')
  if (!file) return null
  const { bytes, type, coding, isImmutable, etag } = file
  const headers = {
    ...pageHeaders,
    'Cache-Control': isImmutable ? `public, max-age=${aYear}, immutable` : 'no-cache',
    ETag: etag,
  }
  if (isKnown(request.headers['if-none-match'], etag)) return { status: 304, body: null, headers }
  const told = { ...headers, 'Content-Type': type, ...(coding !== null && { 'Content-Encoding': coding }) }
  return { status: 200, body: bytes, headers: told }
}

const notBuilt: Reply = {
  status: 503,
  body: 'The page of this server was not built: run "npm ci" where it is installed, and load this again.\n',
}

function isKnown(header: string | undefined, etag: string): boolean {
  const known = (header ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''))
  return known.includes(etag) || known.includes('*')
}
