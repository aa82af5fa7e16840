import {
  conversationName,
  privateConversation,
  type ChatEvent,
  type ConnectionEvent,
  type ConversationKey,
  type HistoryStretch,
  type KeptMessage,
  type Result,
  type Stamp,
  type StoredMessage,
  type UserName,
} from '@parley/core'
import type { CatchUpReader, PastMessage } from '@parley/protocols'

/** Messages read from the store at a time. */
const page = 500
/** Live events that are held while the store is read. Where there are more it is read once more. */
const mostHeld = 1_000
/** How long until a store that could not be read is tried again. */
const retryMs = 1_000

/** Whose connection is brought up to date. */
export interface CatchUpOwner {
  readonly name: UserName
  /** Whether the connection still is the user's. */
  readonly isOpen: boolean
  since(after: number, limit: number): Promise<Result<HistoryStretch, 'unavailable'>>
  /** Messages of the mailbox that are not in history. */
  unkept(after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>>
  /** Runs once all that was told is on its way. Never where the connection ends before that. */
  whenFlushed(run: () => void): void
  later(ms: number, run: () => void): void
  /** From here on everything is heard live. */
  live(): void
}

/**
 * Brings one connection up to date with what is kept, and with the messages in its user's mailbox
 * that are not kept, and then hands it over to what is said live. What is said meanwhile is in the
 * store by the time that it is heard here, so it is read from there; only what is heard during the
 * last read is held and told behind it. So nothing is missed and nothing comes twice. The next page
 * is read when the client has taken the one before.
 */
export class CatchUp {
  readonly #owner: CatchUpOwner
  readonly #reader: CatchUpReader
  /** Everything of history up to this number was told. */
  #position: number
  /** The same of the mailbox, whose old messages may lie far before that. */
  #mailPosition = 0
  /** Heard since the last read began. */
  #held: { readonly seq: number; say(): void }[] = []
  #hasHeldAll = true
  /** Said by this very connection, which knows of them by its results. */
  readonly #own = new Set<number>()
  readonly #lost = new Set<ConversationKey>()
  /** What was told of the mailbox that is not in history. */
  readonly mail = new Set<number>()
  #isOver = false

  constructor(owner: CatchUpOwner, reader: CatchUpReader, after: number) {
    this.#owner = owner
    this.#reader = reader
    this.#position = after
  }

  /** The messages of the mailbox up to this number were told, or their client has them. */
  get toldUpTo(): number {
    return this.#isOver ? Number.MAX_SAFE_INTEGER : Math.min(this.#position, this.#mailPosition)
  }

  start(): void {
    void this.#run()
  }

  /** Whether an event is told by this, in its turn, and not live. `say` tells it. */
  takes(event: ChatEvent | ConnectionEvent, { seq }: Stamp, say: () => void): boolean {
    if (this.#isOver || !isRead(event)) return false
    if (this.#held.length < mostHeld) this.#held.push({ seq, say })
    else this.#hasHeldAll = false
    return true
  }

  /** The connection has said this itself, and was told so. */
  said(seq: number): void {
    if (!this.#isOver) this.#own.add(seq)
  }

  async #run(): Promise<void> {
    while (this.#owner.isOpen) {
      this.#held = []
      this.#hasHeldAll = true
      const reads = [this.#owner.since(this.#position, page), this.#owner.unkept(this.#mailPosition, page)] as const
      const [stretch, mail] = await Promise.all(reads)
      if (!this.#owner.isOpen) return
      if (!stretch.ok || !mail.ok) return this.#owner.later(retryMs, () => void this.#run())
      if (this.#tell(stretch.value, mail.value)) return this.#finish()
      await new Promise<void>((resolve) => this.#owner.whenFlushed(resolve))
    }
  }

  /** Tells what was read, in order. Whether that is all. */
  #tell({ messages, upTo, complete, lost }: HistoryStretch, mail: readonly StoredMessage[]): boolean {
    const isAllMail = mail.length < page
    const end = isAllMail ? upTo : Math.min(upTo, mail.at(-1)!.id)
    const past = [
      ...messages.filter(({ seq }) => seq <= end && !this.#own.has(seq)).map(kept),
      ...mail.filter(({ id }) => id <= end).map((message) => waiting(message, this.#owner.name)),
    ]
    for (const each of lost) this.#lost.add(each)
    for (const { id } of mail) if (id <= end) this.mail.add(id)
    for (const message of past.sort((one, other) => one.seq - other.seq)) this.#reader.message(message)
    this.#position = Math.max(this.#position, end)
    this.#mailPosition = Math.max(this.#mailPosition, end)
    return complete && isAllMail && this.#hasHeldAll
  }

  #finish(): void {
    const { name } = this.#owner
    const lost = Array.from(this.#lost, (conversation) => conversationName(conversation, name))
    this.#isOver = true
    this.#own.clear()
    this.#reader.caughtUp(this.#position, lost)
    const held = this.#held.filter(({ seq }) => seq > this.#position)
    this.#held = []
    for (const { say } of held) say()
    this.#owner.live()
  }
}

/** Whether it can be read from the store by the time that it is heard. */
function isRead(event: ChatEvent | ConnectionEvent): boolean {
  if (event.kind === 'private-message' && event.storedAs !== null) return true
  return 'kept' in event && event.kept
}

function kept(message: KeptMessage): PastMessage {
  return { ...message, kept: true }
}

function waiting({ id, from, guest, text, at }: StoredMessage, to: UserName): PastMessage {
  const conversation = privateConversation(from, to)
  const said = { seq: id, at, conversation, kind: 'text', from, guest, to: `@${to}`, text } as const
  return { ...said, sessionKey: null, nonce: null, target: null, kept: false }
}
