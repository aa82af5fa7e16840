import { openValues, passingValues, type Values } from './database.ts'

const keyName = 'vault'

/**
 * What nobody else may read: keys, tokens, messages. It lies encrypted in the browser, under a key
 * that no script can take out, this one included.
 */
export class Vault {
  readonly #values: Values
  readonly #key: CryptoKey | null

  private constructor(values: Values, key: CryptoKey | null) {
    this.#values = values
    this.#key = key
  }

  /** Where the page did not come over a secure connection nothing is kept, as nothing can be encrypted. */
  static async open(name: string): Promise<Vault> {
    if (!isSecureContext) return new Vault(passingValues(), null)
    const values = await openValues(name)
    const known = await values.get(keyName)
    if (known instanceof CryptoKey) return new Vault(values, known)
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    await values.set(keyName, key)
    return new Vault(values, key)
  }

  /** null: there is nothing that this key opens. */
  async get(key: string): Promise<unknown> {
    const kept = await this.#values.get(key)
    if (!this.#key) return kept ?? null
    if (!isSealed(kept)) return null
    try {
      const text = await crypto.subtle.decrypt(algorithm(kept.nonce, key), this.#key, kept.bytes)
      return JSON.parse(new TextDecoder().decode(text)) as unknown
    } catch {
      return null
    }
  }

  async set(key: string, value: unknown): Promise<void> {
    if (!this.#key) return this.#values.set(key, value)
    const nonce = crypto.getRandomValues(new Uint8Array(12))
    const text = new TextEncoder().encode(JSON.stringify(value))
    const bytes = await crypto.subtle.encrypt(algorithm(nonce, key), this.#key, text)
    await this.#values.set(key, { nonce, bytes })
  }

  /** Forgets all whose keys begin so. */
  async forget(prefix: string): Promise<void> {
    for (const key of await this.#values.keys(prefix)) await this.#values.delete(key)
  }

  keys(prefix: string): Promise<readonly string[]> {
    return this.#values.keys(prefix)
  }
}

interface Sealed {
  readonly nonce: Uint8Array<ArrayBuffer>
  readonly bytes: ArrayBuffer
}

function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && 'nonce' in value && 'bytes' in value
}

/** The key of a value is bound to it: nobody can put one in the place of another. */
function algorithm(nonce: Uint8Array<ArrayBuffer>, key: string): AesGcmParams {
  return { name: 'AES-GCM', iv: nonce, additionalData: new TextEncoder().encode(key) }
}
