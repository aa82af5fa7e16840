import type { Profile } from './profile.ts'

/** A server that makes up keys must not fill the memory. */
const mostKeys = 10_000

/**
 * Which profile the holder of a public key was heard in. It outlives a connection: whoever comes
 * back with that key has the same program.
 */
export class HeardProfiles {
  readonly #profiles = new Map<string, Profile>()

  get(publicKey: string): Profile | null {
    return this.#profiles.get(publicKey) ?? null
  }

  set(publicKey: string, profile: Profile): void {
    this.#profiles.set(publicKey, profile)
    const [oldest = publicKey] = this.#profiles.keys()
    if (this.#profiles.size > mostKeys) this.#profiles.delete(oldest)
  }
}
