import type { PastMessage } from '@parley/client'
import { conversationOf, type ConversationModel, type Line } from '@parley/client/conversations'
import type { Vault } from './vault.ts'

/** The newest of each conversation that can be read offline. */
const mostKept = 200
const mostConversations = 50
/** What is said meanwhile is written with it. */
const togetherMs = 2_000

/** The newest messages of each conversation, for reading them without a network. */
export class KeptLines {
  readonly #vault: Vault
  readonly #prefix: string
  readonly #model: ConversationModel
  readonly #changed = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(vault: Vault, account: string, model: ConversationModel) {
    this.#vault = vault
    this.#prefix = `lines ${account} `
    this.#model = model
    model.subscribe((line) => {
      if (line?.seq !== undefined) this.#changed.add(line.conversation)
      this.#changed.add(model.open.key)
      this.#timer ??= setTimeout(() => void this.write(), togetherMs)
    })
  }

  /** Puts into the model what was kept. */
  async restore(me: string): Promise<void> {
    for (const key of await this.#vault.keys(this.#prefix)) {
      const kept = (await this.#vault.get(key)) as { readonly title: string; readonly lines: readonly Line[] } | null
      if (!kept) continue
      const of = conversationOf(kept.title)
      const messages = kept.lines.map((line) => messageOf(of, line, me))
      this.#model.history.loaded(of, { messages, more: { before: true, after: true } }, {})
    }
  }

  async write(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const keys = [...this.#changed].slice(0, mostConversations)
    this.#changed.clear()
    for (const key of keys) {
      const title = this.#model.conversations.find((each) => each.key === key)?.title
      const said = this.#model.lines.filter((line) => line.conversation === key && isMessage(line))
      // A browser without room keeps nothing; the page goes on without.
      if (title !== undefined && said.length > 0) {
        await this.#vault.set(this.#prefix + key, { title, lines: said.slice(-mostKept) }).catch(() => {})
      }
    }
  }
}

function isMessage({ seq, kind }: Line): boolean {
  return seq !== undefined && (kind === 'broadcast' || kind === 'private' || kind === 'group')
}

function messageOf(of: PastMessage['of'], line: Line, me: string): PastMessage {
  const { seq = 0, at, text, secrecy, isDeleted } = line
  const how = secrecy === null || secrecy === 'plain' || secrecy === 'weak' ? (secrecy ?? 'plain') : 'sealed'
  return {
    of,
    from: line.mine ? me : (line.from ?? ''),
    stamp: { seq, at, kept: true, nonce: null },
    body: isDeleted ? { kind: 'deleted' } : { kind: 'text', text, secrecy: how },
  }
}
