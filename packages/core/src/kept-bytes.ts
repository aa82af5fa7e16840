/** Bytes that the community keeps for those who are here, at most. */
export interface KeptLimits {
  /** For one share: an account, or an address of guests. */
  readonly perShare: number
  readonly inAll: number
}

/** What an entry costs in memory besides its text. */
const entryCost = 128

/**
 * Counts what users make the community keep in memory while they are here: keys and offers of files
 * . Derived from what is kept, and no state of its own.
 */
export class KeptBytes {
  readonly #settings: { readonly kept: KeptLimits }
  readonly #shares = new Map<string, number>()
  #all = 0

  /** `kept` may change. */
  constructor(settings: { readonly kept: KeptLimits }) {
    this.#settings = settings
  }

  /** Bytes of all shares. */
  get size(): number {
    return this.#all
  }

  /** Counts a text of that many characters. False: there is no room for it, and nothing changed. */
  take(share: string, characters: number): boolean {
    const { perShare, inAll } = this.#settings.kept
    const bytes = characters + entryCost
    const size = (this.#shares.get(share) ?? 0) + bytes
    if (size > perShare || this.#all + bytes > inAll) return false
    this.count(share, characters)
    return true
  }

  /** The same where it is kept in any case. */
  count(share: string, characters: number): void {
    this.#change(share, characters + entryCost)
  }

  /** What was counted before is kept no more. */
  giveBack(share: string, characters: number): void {
    this.#change(share, -characters - entryCost)
  }

  #change(share: string, bytes: number): void {
    const size = (this.#shares.get(share) ?? 0) + bytes
    if (size > 0) this.#shares.set(share, size)
    else this.#shares.delete(share)
    this.#all += bytes
  }
}
