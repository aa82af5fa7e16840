import { ChatError, type Clock } from '@parley/client'
import { explain } from '../chat-errors.ts'
import { cleanLine, type ConversationModel, type Posting } from '@parley/client/conversations'
import { linesOf } from '../message-lines.ts'
import type { UnderWay } from './under-way.ts'

/** How long a message may take before it is shown as pending: somebody's key may be waited for. */
const promptMs = 1_000
/** Characters of a message that are shown of it. */
const mostQuoted = 40

export interface PrivateMessagesParts {
  readonly model: ConversationModel
  readonly underWay: UnderWay
  readonly posting: Posting
  readonly clock: Clock
  /** Every message is waited for: nobody is typing meanwhile. */
  readonly isScript: boolean
}

/** Messages to single users, those to one user in the order in which they were written. */
export class PrivateMessages {
  readonly #parts: PrivateMessagesParts
  /** What was written last to a user, by the name in lower case. */
  readonly #last = new Map<string, Promise<unknown>>()

  constructor(parts: PrivateMessagesParts) {
    this.#parts = parts
  }

  /**
   * Resolves when the message was sent, and also when that takes longer: then it is shown as pending, and later what became of it.
   * Rejects with a ChatError when it was refused before that.
   */
  tell(user: string, text: string): Promise<void> {
    const { model, underWay, clock, isScript } = this.#parts
    const name = user.toLowerCase()
    const sent = (this.#last.get(name) ?? Promise.resolve()).then(() => this.#send(user, text))
    const over = sent.catch(() => {}).then(() => void (this.#last.get(name) === over && this.#last.delete(name)))
    this.#last.set(name, over)
    if (isScript) return sent
    const pending = Promise.withResolvers<void>()
    const cancel = clock.after(promptMs, () => {
      const what = `${quoted(text)} to ${cleanLine(user)}`
      const pendingLine = model.note('event', `${what} is pending: no reply has come yet`, `@${user}`)
      void sent.catch(() => {}).then(() => model.revise(pendingLine, null))
      underWay.add(this.#becomes(what, user, sent), () => what)
      pending.resolve()
    })
    return Promise.race([sent.finally(cancel), pending.promise])
  }

  /** Resolves when it was sent, however long that takes. */
  async #send(user: string, text: string): Promise<void> {
    for (const line of linesOf(text)) await this.#parts.posting.say(`@${user}`, line)
  }

  /** Says why a pending message was not sent. Resolves with whether it was. */
  async #becomes(what: string, user: string, sent: Promise<void>): Promise<boolean> {
    try {
      await sent
      return true
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      const { model, underWay } = this.#parts
      if (!underWay.isLeft) model.note('error', `${what} was not sent: ${explain(error)}`, `@${user}`)
      return false
    }
  }
}

function quoted(text: string): string {
  const shown = cleanLine(text)
  return `"${shown.length > mostQuoted ? `${shown.slice(0, mostQuoted)}…` : shown}"`
}
