import type { Passwords } from '@parley/core'
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { Semaphore } from './semaphore.ts'

/** What one hash costs. `memory` in KiB; `passes` over it; `lanes` in parallel. */
interface Cost {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

interface Hash {
  readonly cost: Cost
  readonly salt: Uint8Array
  readonly tag: Uint8Array
}

/** The smallest cost that OWASP's Password Storage Cheat Sheet recommends for argon2id. */
const cost: Cost = { memory: 19_456, passes: 2, lanes: 1 }
const saltBytes = 16
const tagBytes = 32

/**
 * Stands in for a hash that is not there, so that a name without an account takes as long as one
 * with it (P-4).
 */
const nobody: Hash = { cost, salt: new Uint8Array(saltBytes), tag: new Uint8Array(tagBytes) }

/** More at once would gain nothing on a small machine, and each takes 19 MiB. */
export const hashesAtOnce = 2

/**
 * argon2id, stored as PHC strings: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`, base64
 * without padding.
 */
export class Argon2Passwords implements Passwords {
  readonly #semaphore = new Semaphore(hashesAtOnce)

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes)
    return format({ cost, salt, tag: await this.#derive(password, cost, salt, tagBytes) })
  }

  /** A stored hash that cannot be read matches nothing. */
  async verify(hash: string | null, password: string): Promise<boolean> {
    const known = hash === null ? null : parse(hash)
    const { cost, salt, tag } = known ?? nobody
    const derived = await this.#derive(password, cost, salt, tag.length)
    return timingSafeEqual(derived, tag) && known !== null
  }

  #derive(password: string, cost: Cost, nonce: Uint8Array, tagLength: number): Promise<Uint8Array> {
    // The same accented letter may arrive composed from one client and decomposed from another.
    const message = password.normalize('NFC')
    const { memory, passes, lanes: parallelism } = cost
    return this.#semaphore.run(
      'anybody',
      () =>
        new Promise((resolve, reject) => {
          argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength }, (error, tag) =>
            error ? reject(error) : resolve(tag),
          )
        }),
    )
  }
}

function format({ cost: { memory, passes, lanes }, salt, tag }: Hash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${encode(salt)}$${encode(tag)}`
}

const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,171})$/

/** Null: not a hash of ours, or one that argon2 does not allow. */
function parse(hash: string): Hash | null {
  const found = phc.exec(hash)
  if (!found) return null
  const [memory, passes, lanes] = [Number(found[1]), Number(found[2]), Number(found[3])]
  if (passes < 1 || lanes < 1 || memory < 8 * lanes) return null
  return { cost: { memory, passes, lanes }, salt: decode(found[4]!), tag: decode(found[5]!) }
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}

function decode(text: string): Uint8Array {
  return Buffer.from(text, 'base64')
}
