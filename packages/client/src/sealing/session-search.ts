import { ChatError } from '../chat-error.ts'
import type { History, KeptMessage } from '../history.ts'
import type { GroupKeys } from './group-keys.ts'
import type { Reader } from './parley-2.ts'

/** Messages of a page in which the key of a session is looked for, and how many pages at most. */
const pageSize = 200
const mostPages = 10
/** So often what one member wrote may be looked for in vain, in that time: it could be made up. */
const mostInVain = 8
const vainMs = 60_000
/** Members who are remembered. */
const mostSenders = 10_000

/** Looks for the keys of sessions in a history: each stands in front of its first message alone. */
export class SessionSearch {
  readonly #history: Pick<History<KeptMessage>, 'page'>
  readonly #keys: GroupKeys
  readonly #now: () => number
  /** When something was looked for in vain, by group and member. */
  readonly #vain = new Map<string, readonly number[]>()

  constructor(history: Pick<History<KeptMessage>, 'page'>, keys: GroupKeys, now: () => number) {
    this.#history = history
    this.#keys = keys
    this.#now = now
  }

  /** Of a message with the number `seq`. What is found, `keys` know from then on. */
  async find(group: string, from: Reader, message: string, seq: number): Promise<void> {
    const who = `${group} ${from.name}`.toLowerCase()
    const vain = (this.#vain.get(who) ?? []).filter((at) => at > this.#now() - vainMs)
    if (vain.length >= mostInVain || (await this.#isFound(group, from, message, seq))) return
    this.#vain.delete(who)
    this.#vain.set(who, [...vain, this.#now()])
    const [oldest = ''] = this.#vain.keys()
    if (this.#vain.size > mostSenders) this.#vain.delete(oldest)
  }

  async #isFound(group: string, from: Reader, message: string, seq: number): Promise<boolean> {
    for (let before = seq, pages = 0; pages < mostPages; pages++) {
      const { messages, more } = await this.#history.page(`#${group}`, { before }, pageSize).catch(nothingFor)
      for (const { body, from: other } of messages.toReversed()) {
        if (body.kind !== 'sealed' || other.toLowerCase() !== from.name.toLowerCase()) continue
        await this.#keys.learn(group, from, body.message)
        if (this.#keys.knows(group, from, message)) return true
      }
      before = messages[0]?.stamp.seq ?? 0
      if (!more.before || messages.length === 0) return false
    }
    return false
  }
}

function nothingFor(error: unknown): Awaited<ReturnType<History<KeptMessage>['page']>> {
  if (error instanceof ChatError) return { messages: [], more: { before: false, after: false } }
  throw error
}
