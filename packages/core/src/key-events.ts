import type { Keepable } from './keepable.ts'
import type { UserName } from './names.ts'

/**
 * Public keys, session keys and sealed messages are opaque strings: handed on, never opened, never
 * altered.
 */
export type KeyEvent =
  /**
   * Somebody needs this user's public key. `correlationId`: the asker's own, to be given back;
   * null: the server asks.
   */
  | { readonly kind: 'key-requested'; readonly by: UserName; readonly correlationId: string | null }
  /** `to` is the one who hears it. `correlationId` is the one it asked with. */
  | {
      readonly kind: 'public-key'
      readonly to: UserName
      readonly user: UserName
      readonly key: string
      readonly correlationId: string | null
    }
  /** A request that got no key. */
  | {
      readonly kind: 'key-missing'
      readonly user: UserName
      readonly correlationId: string | null
      readonly why: 'no-such-user' | 'no-key'
    }
  | { readonly kind: 'session-key'; readonly from: UserName; readonly sessionKey: string }
  /**
   * `sessionKey`: the one that was sent last between the two, by whichever of them; null: none ever
   * was.
   */
  | ({
      readonly kind: 'sealed-message'
      readonly from: UserName
      readonly to: UserName
      readonly message: string
      readonly sessionKey: string | null
    } & Keepable)
  /** The other one of a pair that had a session key is gone, and the key with it. */
  | { readonly kind: 'session-over'; readonly with: UserName }
