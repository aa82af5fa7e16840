import { ChatError } from '../chat-error.ts'
import type { Talk } from '../features.ts'
import type { ConversationId, SayOptions } from '../stamp.ts'
import type { ParleyConnection } from './connection.ts'
import { flag, list, members, natural, optional, user } from './shapes.ts'

const taken = members({ seq: natural, at: natural, kept: flag, unreached: optional(list(user)) })
const nonceForm = /^[\x21-\x7e]{1,64}$/

/** What is said: a text, or a sealed message with the session key that opens it. */
export type Content =
  | { readonly text: string }
  | {
      readonly sealed: { readonly message: string; readonly sessionKey: string | null }
      /** In a group: to all members who are here, or to none. */
      readonly toAll?: boolean
    }

/**
 * To everybody, a group or one user. Resolves when the server has taken it, with the members of the
 * group who are here and are not reached.
 */
export async function say(
  connection: ParleyConnection,
  to: ConversationId,
  content: Content,
  { nonce }: SayOptions = {},
): Promise<readonly string[]> {
  if (nonce !== undefined && !nonceForm.test(nonce)) {
    throw new ChatError('usage', 'a nonce has 1 to 64 visible characters of ASCII')
  }
  const { context, messages } = connection
  const { unreached = [] } = await connection.request(
    'say',
    { to, ...content, ...(nonce !== undefined && { nonce }) },
    taken,
    {
      told: ({ seq, at, kept }) => {
        messages.said(seq, kept)
        const stamp = { seq, at, kept, nonce: nonce ?? null }
        context.emit('taken', { of: to, stamp }, messages.taken(seq, kept))
      },
    },
  )
  return unreached
}

/** To everybody and to one user, plain. */
export class ParleyTalk implements Talk {
  readonly #connection: ParleyConnection

  constructor(connection: ParleyConnection) {
    this.#connection = connection
  }

  async say(text: string, options?: SayOptions): Promise<void> {
    await say(this.#connection, '*', { text }, options)
  }

  async tell(user: string, text: string, options?: SayOptions): Promise<void> {
    await say(this.#connection, `@${user}`, { text }, options)
  }
}
