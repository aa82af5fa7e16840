import { heloCodec, type WordLine } from '@parley/protocols'
import type { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import { LineConnection } from '../kit/line-connection.ts'
import { TextByUser } from '../kit/text-by-user.ts'
import type { Link } from '../link.ts'
import { refusalOf, usersIn } from './replies.ts'

/** Who is here. Its reply is known by its form. */
const question = 'GET_USERS *all'

/**
 * What exchange a refusal may belong to: none, one about keys and sealed messages, or another one.
 */
export type Busy = 'idle' | 'sealed' | 'other'

/**
 * One connection, as every feature finds it: requests that have a reply, and those that have one
 * only when they are refused.
 */
export class HeloConnection extends LineConnection {
  /** The session key that passed last between this user and another. */
  readonly sessionKeys = new TextByUser()
  /**
   * Whether a refusal replies to something that was requested long ago, such as a key or a file.
   */
  isLate: (line: WordLine, during: Busy) => boolean = () => false
  /** Is given every list of users that comes. */
  listed: (names: readonly string[]) => void = () => {}
  /** It replied to something that was requested long ago, and is not to be heard again. */
  #late: WordLine | undefined

  constructor(link: Link, context: ClientContext) {
    super(link, context, heloCodec)
  }

  /** Resolves with what `read` makes of the first line that is the reply. A refusal rejects. */
  request<T>(line: string, read: (line: WordLine) => T | ChatError | undefined): Promise<T> {
    return this.exchange({
      lines: [line],
      reply: (heard) => read(heard) ?? this.#refusal(heard, 'other'),
      aside: (heard) => heard === this.#late,
    })
  }

  users(): Promise<readonly string[]> {
    return this.request(question, (line) => this.#usersIn(line))
  }

  /**
   * For what has no reply when it went well (H-5, H-6). A question goes behind it. As a server
   * replies in order, the reply to the question comes after any refusal.
   */
  async command(line: string, kind: Exclude<Busy, 'idle'> = 'other'): Promise<void> {
    let refusal: ChatError | undefined
    await this.exchange({
      lines: [line, question],
      reply: (heard) => this.#usersIn(heard),
      aside: (heard) => {
        refusal ??= this.#refusal(heard, kind)
        return refusalOf(heard) !== undefined
      },
    })
    if (refusal) throw refusal
  }

  #usersIn(line: WordLine): readonly string[] | undefined {
    const names = usersIn(line)
    if (names) this.listed(names)
    return names
  }

  #refusal(heard: WordLine, during: Busy): ChatError | undefined {
    const refusal = refusalOf(heard)
    if (!refusal || !this.isLate(heard, during)) return refusal
    this.#late = heard
    return undefined
  }
}
