import type { Named, Said } from './keepable.ts'
import type { Answering } from './key-requests.ts'
import type { ConnectionId, UserName } from './names.ts'
import type { Rated } from './rated.ts'
import type { Result } from './result.ts'

interface ToUser<D> {
  readonly do: D
  readonly connection: ConnectionId
  readonly to: UserName
}
export type KeyCommand =
  /** `answering`: to whose request this is the answer; null: it is given unasked. */
  | ({
      readonly do: 'key.publish'
      readonly connection: ConnectionId
      readonly key: string
      readonly answering: Answering | null
    } & Rated)
  | (ToUser<'key.request'> & Rated & { readonly correlationId: string | null })
  | (ToUser<'session-key.send'> & Rated & { readonly sessionKey: string })
  /** `sessionKey` null: under the key that the two have; empty: without one, which is refused. */
  | (ToUser<'sealed.send'> & Rated & Named & { readonly message: string; readonly sessionKey: string | null })

export type PairFailure = 'gone' | 'no-such-user' | 'to-yourself' | 'no-key'
export interface KeyResults {
  /**
   * Whether it is another key than the one before. One that comes too soon after others, or that
   * there is no room for, is as if it had not been given. The key of a device is its account's, and
   * durable.
   */
  'key.publish': Result<{ readonly isNew: boolean }, 'gone' | 'key-too-long' | 'unavailable'>
  /** The answer is an event, `public-key` or `key-missing`, within 10 s. */
  'key.request': Result<void, PairFailure | 'too-many-messages'>
  /** Success has the receiver's name in the case that it is shown in. */
  'session-key.send': Result<UserName, PairFailure | 'key-too-long' | 'too-many-messages'>
  'sealed.send': Result<
    Said & { readonly to: UserName },
    PairFailure | 'muted' | 'key-too-long' | 'empty-text' | 'too-many-messages'
  >
}
