import type { ConversationKey } from './conversation.ts'
import type { UserName } from './names.ts'

/** What whoever calls the URLs of hooks is told. */
export type HookEvent =
  /**
   * Something was said in a conversation that a hook hears. `text` null: something was deleted.
   * What is kept is read from history.
   */
  | {
      readonly kind: 'hook-heard'
      readonly conversation: ConversationKey
      readonly from: UserName
      /** `*` or `#Group`. */
      readonly to: string
      readonly text: string | null
      readonly kept: boolean
    }
  /** A hook was added or removed, or goes on. */
  | { readonly kind: 'hooks-changed' }
