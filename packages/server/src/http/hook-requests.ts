import type { IncomingMessage } from 'node:http'
import type { IncomingHooks, HookReply } from '../hooks/incoming-hooks.ts'

/** Bytes of a body. */
const longestBody = 65_536
const prefix = '/hooks/'
const tokenForm = /^[A-Za-z0-9_-]{43}$/

/** null: there is no such hook, and nothing says that there could be hooks. */
export type HookResponse = (HookReply & { readonly headers?: Readonly<Record<string, string>> }) | null

export function isForHooks(path: string): boolean {
  return path.startsWith(prefix)
}

/**
 * `POST /hooks/TOKEN`. Programs post, never pages: a browser says `Origin` with every POST, and is
 * refused, whatever the origin. There are no headers that would let a page ask.
 */
export async function replyToHook(request: IncomingMessage, path: string, hooks: IncomingHooks): Promise<HookResponse> {
  const token = path.slice(prefix.length)
  const hook = tokenForm.test(token) ? hooks.find(token) : undefined
  if (!hook) return null
  const { origin, 'sec-fetch-site': site, 'content-type': type = '', 'content-encoding': coding } = request.headers
  if (request.method !== 'POST') return { ...refusal(405, 'method', 'POST to it.'), headers: { Allow: 'POST' } }
  if (origin !== undefined || site !== undefined) return refusal(403, 'from-a-page', 'No page of a browser may post.')
  if (!isJson(type) || coding !== undefined) {
    return refusal(415, 'content-type', 'The Content-Type is application/json, without compression.')
  }
  const body = await bodyOf(request)
  if (body === 'too-long') return refusal(413, 'too-long', `The body has at most ${longestBody} bytes.`)
  if (body === 'gone') return null
  const reply = await hooks.post(hook, body)
  return reply.status === 429 ? { ...reply, headers: { 'Retry-After': '1' } } : reply
}

function isJson(type: string): boolean {
  const [media = '', ...parameters] = type.split(';').map((part) => part.trim().toLowerCase())
  return media === 'application/json' && parameters.every((each) => /^charset="?utf-8"?$/.test(each))
}

function bodyOf(request: IncomingMessage): Promise<Uint8Array | 'too-long' | 'gone'> {
  if (Number(request.headers['content-length'] ?? 0) > longestBody) return Promise.resolve('too-long')
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let bytes = 0
    request.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes <= longestBody) return void chunks.push(chunk)
      chunks.length = 0
      request.pause()
      resolve('too-long')
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', () => resolve('gone'))
    request.on('close', () => resolve('gone'))
  })
}

function refusal(status: number, error: string, message: string): HookReply {
  return { status, body: { ok: false, error, message } }
}
