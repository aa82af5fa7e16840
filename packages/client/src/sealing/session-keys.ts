import type { Clock } from '../clock.ts'
import type { Profile } from './profile.ts'

/** A session key as this client knows it: the raw key, and the text in which it is sent. */
export interface SessionKey {
  readonly profile: Profile
  readonly raw: Uint8Array<ArrayBuffer>
  readonly wrapped: string
  /**
   * Made here, and encrypted to the other side's pinned key; false: it came from the other side,
   * which nothing proves.
   */
  readonly made: boolean
}

/** Keys of one conversation that are kept. Somebody who sends more must not fill the memory. */
const mostKeys = 64

/**
 * The keys of one conversation, sent and received, the latest last. The server remembers one per
 * pair, and either side may have replaced it meanwhile: so all of them are kept during the session,
 * and the authentication tag decides.
 */
export class SessionKeys {
  #keys: SessionKey[] = []
  /** The other side has them, as far as is known. */
  readonly #shared = new Set<SessionKey>()
  /** They still open what comes, but nothing more is written with them. */
  readonly #retired = new Set<SessionKey>()
  /** Those who wait for a key of the other side. */
  readonly #awaiting = new Set<() => void>()

  /** One that this client made and has not sent yet, or that came. */
  add(key: SessionKey): void {
    this.#keys.push(key)
    for (const oldest of this.#keys.slice(0, -mostKeys)) {
      this.#shared.delete(oldest)
      this.#retired.delete(oldest)
    }
    this.#keys = this.#keys.slice(-mostKeys)
    if (!key.made) for (const wake of this.#awaiting) wake()
  }

  /** Resolves when a key of the other side comes, or after `ms` milliseconds. */
  async nextOfTheirs(clock: Clock, ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = clock.after(ms, resolve)
    this.#awaiting.add(resolve)
    await promise
    this.#awaiting.delete(resolve)
    cancel()
  }

  share(key: SessionKey): void {
    this.#shared.add(key)
  }

  isShared(key: SessionKey): boolean {
    return this.#shared.has(key)
  }

  /** The other side does not have them any more (H-16). */
  retire(): void {
    for (const key of this.#keys) this.#retired.add(key)
  }

  get size(): number {
    return this.#keys.length
  }

  /**
   * The one to write with. Under `parley-1` only one that was made here: a server could send a key
   * of its own in somebody's name, and read what is written with it. The interop profiles know one
   * key for both directions, and are marked weak. There, too, the own key goes before: where both
   * sides made one at the same time, this side sends its own again.
   */
  latest(profile: Profile): SessionKey | undefined {
    const usable = this.#keys.filter((key) => key.profile === profile && !this.#retired.has(key))
    return usable.findLast(({ made }) => made) ?? (profile.secrecy === 'weak' ? usable.at(-1) : undefined)
  }

  withText(wrapped: string): SessionKey | undefined {
    return this.#keys.findLast((key) => key.wrapped === wrapped)
  }

  /** In the order in which they are worth trying. */
  newestFirst(): readonly SessionKey[] {
    return this.#keys.toReversed()
  }
}
