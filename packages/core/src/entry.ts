/** The place of an entry in the log, as those who hear of it are told. */
export interface Stamp {
  /** Grows by one or more from entry to entry, and is never used again, over restarts too. */
  readonly seq: number
  /** Milliseconds since 1970, never smaller than the entry's before. */
  readonly at: number
}

/**
 * A command with its place in the log. Everything that applying it may depend on is in here: the
 * community has no clock and no chance of its own.
 */
export interface Entry<C> extends Stamp {
  /** 32 bits that nobody could predict. The only chance that applying may use. */
  readonly seed: number
  /** False: the store takes nothing at the moment, and what needs it fails with `unavailable`. */
  readonly writable: boolean
  /** Whether the store takes what makes room. A full disk does, and is not writable. */
  readonly removable: boolean
  readonly command: C
}
