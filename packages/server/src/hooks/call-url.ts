import { lookup as resolve } from 'node:dns'
import type { OutgoingHttpHeaders, RequestOptions } from 'node:http'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

export interface Call {
  readonly url: string
  readonly headers: OutgoingHttpHeaders
  readonly body: string
}

export interface CallRules {
  /** Whether addresses of this machine and of private networks may be called. */
  readonly privateAddresses: boolean
  /** Breaks the call off. */
  readonly signal: AbortSignal
}

/** `problem`: for the log. It has nothing of the URL and of the reply but its status. */
export type Called = { readonly ok: true } | { readonly ok: false; readonly problem: string }

const notAllowed = 'the address is private'

/**
 * POSTs once, over a connection of its own. A reply with a status from 200 to 299 is a success. No
 * redirect is followed, and no body is read. The address that was judged is the one that is called.
 */
export async function callUrl({ url, headers, body }: Call, rules: CallRules): Promise<Called> {
  const target = new URL(url)
  const { privateAddresses, signal } = rules
  // An address that is written out is looked up by nobody.
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1')
  if (!privateAddresses && isIP(host) > 0 && !isPublicAddress(host)) return { ok: false, problem: notAllowed }
  const { request } = target.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const length = Buffer.byteLength(body)
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': length },
    agent: false,
    signal,
    ...(!privateAddresses && { lookup: lookupPublic }),
  }
  return new Promise((told) => {
    const asking = request(target, options)
    asking.on('response', (response) => {
      response.on('error', () => {}).destroy()
      const { statusCode = 0 } = response
      told(statusCode >= 200 && statusCode < 300 ? { ok: true } : { ok: false, problem: `status ${statusCode}` })
    })
    asking.on('error', (error) => told({ ok: false, problem: signal.aborted ? 'no reply in time' : reasonOf(error) }))
    asking.end(body)
  })
}

const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [])
    const allowed = addresses.filter(({ address }) => isPublicAddress(address))
    const [first] = allowed
    if (!first) return callback(new Error(notAllowed), [])
    if (options.all) callback(null, allowed)
    else callback(null, first.address, first.family)
  })
}

/** The message of a system's error may have the address in it. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code ?? (error.message === notAllowed ? notAllowed : 'the connection failed')
}
