import type { ConversationKey } from './conversation.ts'
import type { UserName } from './names.ts'

/**
 * One row of history, as it is kept and read. Its place among all others is its number.
 */
export interface KeptMessage {
  /** Of the log's entry. */
  readonly seq: number
  /** The log's time, in milliseconds since 1970. */
  readonly at: number
  readonly conversation: ConversationKey
  /**
   * `sealed`: `text` is opaque. `deleted` with a target: that message was deleted. `deleted`
   * without one: this message was, and its text is empty.
   */
  readonly kind: 'text' | 'sealed' | 'deleted'
  readonly from: UserName
  /** Whether the sender was a guest. */
  readonly guest: boolean
  /** `*`, `#Group` or `@Name`, in the case that it is shown in. */
  readonly to: string
  readonly text: string
  /** Of a sealed message; null: none was known. */
  readonly sessionKey: string | null
  /** What its sender's client calls it. */
  readonly nonce: string | null
  /** The number of the message that was deleted. */
  readonly target: number | null
}
