import type { Random } from '@parley/core'
import { createHash } from 'node:crypto'

export interface DeviceToken {
  /** What the device keeps. Nobody can guess it, so tries are not counted. */
  readonly token: string
  /** What the server keeps: it opens nothing. */
  readonly hash: string
}

export function makeDeviceToken(random: Random): DeviceToken {
  const token = Buffer.from(random.bytes(32)).toString('base64url')
  return { token, hash: deviceTokenHash(token) }
}

/** SHA-256 in lower-case hexadecimal digits. */
export function deviceTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
