import type { UserName } from './names.ts'

/** Public keys, session keys and sealed messages are opaque strings: handed on, never opened, never altered. */
export type KeyNotice =
  /** Somebody needs this user's public key. */
  | { readonly kind: 'key-wanted'; readonly by: UserName }
  | { readonly kind: 'key-known'; readonly user: UserName; readonly key: string }
  | {
      readonly kind: 'sealed-message'
      readonly from: UserName
      readonly message: string
      readonly sessionKey: string
    }
