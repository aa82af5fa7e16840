import { newIdentity } from './identity.ts'
import type { Identity } from './profile.ts'

/**
 * What outlives a session: one's own key pair, and the keys that others had when they were seen
 * first.
 */
export interface TrustStore {
  /** Made at the first call, the same ever after. */
  identity(): Promise<Identity>
  /**
   * The key that was seen first of a user of a server, null before that. Names compare without
   * regard to case.
   */
  pinned(server: string, user: string): Promise<string | null>
  pin(server: string, user: string, key: string): Promise<void>
}

/** Forgets everything with the process: for programs without a place to keep it. */
export class MemoryTrust implements TrustStore {
  #identity: Promise<Identity> | undefined
  readonly #pins = new Map<string, string>()

  identity(): Promise<Identity> {
    return (this.#identity ??= newIdentity())
  }

  async pinned(server: string, user: string): Promise<string | null> {
    return this.#pins.get(`${server} ${user.toLowerCase()}`) ?? null
  }

  async pin(server: string, user: string, key: string): Promise<void> {
    this.#pins.set(`${server} ${user.toLowerCase()}`, key)
  }
}
