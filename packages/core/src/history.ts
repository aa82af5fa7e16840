import { everyone, kindOf, privateConversation, type ConversationKey, type ConversationKind } from './conversation.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { KeptMessage } from './kept-message.ts'
import type { UserName } from './names.ts'
import type { CommunitySettings, HistorySettings, Retention } from './settings.ts'
import type { HistoryPrune } from './writes.ts'

/** Messages that are kept between two prunes. Far fewer than one prune removes. */
const keptPerPrune = 256
/** Rows that one prune removes at most, so that no commit takes long. */
const rowsPerPrune = 1_000
/** How long until the next prune where little is said. */
const pruneMs = 3_600_000
const dayMs = 86_400_000

/** What of a message its feature knows. */
export type Sayable = Pick<KeptMessage, 'conversation' | 'to' | 'text'> &
  Partial<Pick<KeptMessage, 'kind' | 'sessionKey' | 'nonce' | 'target'>>

/** Who sends a message. `version` null: it is a guest's, or a bot's. */
export interface Sender {
  readonly name: UserName
  readonly version: number | null
}

export interface SavedHistory {
  readonly pruneAt: number | null
  readonly keptSincePrune: number
}

/**
 * Decides what is kept of what is said. The messages themselves are in the store alone. What is kept
 * no more is removed a little at a time, as new messages come and as time passes.
 */
export class History {
  readonly #community: CommunitySettings
  #pruneAt: number | null = null
  #keptSincePrune = 0

  constructor(settings: CommunitySettings) {
    this.#community = settings
  }

  /** The present ones: the operator may change them. */
  get #settings(): HistorySettings {
    return this.#community.history
  }

  /** Whether guests read what everybody said. */
  get guestsRead(): boolean {
    return this.#settings.guestsRead
  }

  get wakeAt(): number | null {
    return this.#pruneAt
  }

  wake(now: number, out: Effects): void {
    if (this.#pruneAt !== null && this.#pruneAt <= now) this.#prune(now, out)
  }

  keeps(conversation: ConversationKey): boolean {
    return this.#retention(kindOf(conversation)) !== 'off'
  }

  /** Keeps a message where its kind is kept and the store takes anything. Whether it did. */
  keep(
    { seq, at, writable }: Pick<Entry<unknown>, 'seq' | 'at' | 'writable'>,
    from: Sender,
    { kind = 'text', sessionKey = null, nonce = null, target = null, ...said }: Sayable,
    out: Effects,
  ): boolean {
    if (!writable || !this.keeps(said.conversation)) return false
    const guest = from.version === null
    const message = { seq, at, kind, from: from.name, guest, ...said, sessionKey, nonce, target }
    out.write({ write: 'history.put', message })
    this.#pruneAt ??= at + pruneMs
    if (++this.#keptSincePrune >= keptPerPrune) this.#prune(at, out)
    return true
  }

  /** What both said to each other is kept where both are registered. */
  keepPrivate(
    entry: Pick<Entry<unknown>, 'seq' | 'at' | 'writable'>,
    from: Sender,
    to: { readonly name: UserName; readonly registered: boolean },
    said: Omit<Sayable, 'conversation' | 'to'>,
    out: Effects,
  ): boolean {
    if (from.version === null || !to.registered) return false
    const conversation = privateConversation(from.name, to.name)
    return this.keep(entry, from, { ...said, conversation, to: `@${to.name}` }, out)
  }

  keepBroadcast(
    entry: Pick<Entry<unknown>, 'seq' | 'at' | 'writable'>,
    from: Sender,
    text: string,
    nonce: string | null,
    out: Effects,
  ): boolean {
    return this.keep(entry, from, { conversation: everyone, to: '*', text, nonce }, out)
  }

  save(): SavedHistory {
    return { pruneAt: this.#pruneAt, keptSincePrune: this.#keptSincePrune }
  }

  restore({ pruneAt, keptSincePrune }: SavedHistory): void {
    this.#pruneAt = pruneAt
    this.#keptSincePrune = keptSincePrune
  }

  /** `hasHistory`: something is kept, which may be kept no more soon. */
  load(at: number, hasHistory: boolean): void {
    this.restore({ pruneAt: hasHistory ? at + pruneMs : null, keptSincePrune: 0 })
  }

  #prune(now: number, out: Effects): void {
    this.#pruneAt = now + pruneMs
    this.#keptSincePrune = 0
    const of = (kind: ConversationKind) => limitsOf(this.#retention(kind), now)
    const kinds: HistoryPrune['kinds'] = { everyone: of('everyone'), group: of('group'), private: of('private') }
    out.write({ write: 'history.prune', prune: { kinds, bytes: this.#settings.bytes, rows: rowsPerPrune } })
  }

  #retention(kind: ConversationKind): Retention | 'off' {
    const { everyone: ofEveryone, groups, private: ofTwo } = this.#settings
    return { everyone: ofEveryone, group: groups, private: ofTwo }[kind]
  }
}

function limitsOf(retention: Retention | 'off', now: number): { readonly before: number; readonly messages: number } {
  if (retention === 'off') return { before: now + 1, messages: 0 }
  return { before: now - retention.days * dayMs, messages: retention.messages }
}
