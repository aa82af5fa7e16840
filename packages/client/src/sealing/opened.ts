import type { Secrecy } from '../features.ts'
import type { Profile } from './profile.ts'

/** By what a message was sealed, and what that proves. */
export interface Seal {
  readonly profile: 'parley-2' | Profile['name']
  /**
   * Only the holder of the key that is known of its sender can have written it. False under every
   * profile but `parley-2`, and there as long as that key has not come.
   */
  readonly isProved: boolean
}

/**
 * What a server must have done, or somebody else in a sender's name. `forged`: sealed with another
 * key than theirs. `downgraded`: by a profile that proves nothing, though they seal by `parley-2`.
 * `replayed`: it came before, or is too old to be new. `withdrawn`: its sender was told that it had
 * not been taken. `missing`: messages before it never came. `late`: others that were written later
 * came before it.
 */
export type SealAlarm = 'forged' | 'downgraded' | 'replayed' | 'withdrawn' | 'missing' | 'late'

/** Something to tell people: `reason` is a sentence without a stop. */
export interface Suspicion {
  readonly alarm: SealAlarm
  readonly reason: string
}

export type Opened =
  | {
      readonly ok: true
      readonly text: string
      readonly secrecy: Exclude<Secrecy, 'plain'>
      /** Whether the sender's key is known since they are here, and is the one that was seen first. */
      readonly isChecked: boolean
      readonly seal: Seal
      /** It is shown, and this is told beside it. */
      readonly suspicion?: Suspicion
    }
  | { readonly ok: false; readonly reason: string; readonly alarm?: SealAlarm }
