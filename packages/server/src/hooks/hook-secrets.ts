import type { Random } from '@parley/core'
import { createHash, createHmac } from 'node:crypto'

/** What a hook posts by. Nobody can guess it, so tries are not counted. */
export interface HookToken {
  readonly token: string
  /** What the server keeps: it opens nothing. */
  readonly hash: string
}

export function makeHookToken(random: Random): HookToken {
  const token = Buffer.from(random.bytes(32)).toString('base64url')
  return { token, hash: hookTokenHash(token) }
}

/** SHA-256 in lower-case hexadecimal digits. */
export function hookTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

const secretPrefix = 'whsec_'

/** What calls are signed with, as Standard Webhooks writes it: 32 bytes in base64 behind `whsec_`. */
export function makeHookSecret(random: Random): string {
  return `${secretPrefix}${Buffer.from(random.bytes(32)).toString('base64')}`
}

/** Names of the headers of a call, as Standard Webhooks has them. */
export interface SignedHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/** `at`: milliseconds since 1970. `id`: the same each time the same thing is told. */
export function sign(secret: string, id: string, at: number, body: string): SignedHeaders {
  const seconds = String(Math.floor(at / 1_000))
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mac}` }
}
