import type { ChatEvent, Stamp, StoredMessage, Result, UserName } from '@parley/core'

/** Messages read from the store at a time. */
const page = 100

/**
 * Bytes on their way to one connection, past which the rest waits until it has received them. Far
 * below what an outbox may hold: a full mailbox must not end the connection that comes to
 * empty it.
 */
const windowBytes = 128 * 1024

export type PrivateMessage = Extract<ChatEvent, { kind: 'private-message' }>

/** Whose mail it is. */
export interface MailFeedOwner {
  readonly name: UserName
  /** Whether the connection still is the user's. */
  readonly isOpen: boolean
  /** The oldest messages with an id greater than `after`, at most `limit`. */
  messages(after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>>
  /** The bytes of the event in the words of the connection's protocol; null: it has none. */
  encode(event: PrivateMessage, stamp: Stamp): Uint8Array | null
  put(bytes: Uint8Array): void
  /** Runs when all that was put so far counts as received. */
  whenReceived(run: () => void): void
  /** `told`: whether they have left the mailbox. They have not where the disk takes nothing. */
  acknowledge(ids: readonly number[], told: (isDone: boolean) => void): void
}

/**
 * Brings one connection up to date with its user's mailbox and keeps it there: the messages
 * that waited, oldest first, then the new ones as they come, each once. A message leaves the
 * mailbox when the connection has received it.
 */
export class MailFeed {
  readonly #owner: MailFeedOwner
  /** Of the last message that was put, or that the protocol has no words for. */
  #last = 0
  /** Bytes that were put and not received. */
  #underWay = 0
  #reading = false
  /** Received, and still in the mailbox. */
  #received: number[] = []
  #tryingAgain = false
  /** There may be messages in the store that were not put. */
  #behind = false

  constructor(owner: MailFeedOwner) {
    this.#owner = owner
  }

  /** For messages that waited before the connection came. */
  start(): void {
    this.#behind = true
    void this.#read()
  }

  /** A new message, which is in the store by now. */
  arrived(event: PrivateMessage, stamp: Stamp): void {
    if (event.storedAs === null || event.storedAs <= this.#last) return
    if (this.#reading || this.#behind || this.#underWay >= windowBytes) return this.start()
    const bytes = this.#owner.encode(event, stamp)
    this.#last = event.storedAs
    if (bytes) this.#put([event.storedAs], [bytes])
  }

  async #read(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    while (this.#behind && this.#underWay < windowBytes && this.#owner.isOpen) {
      this.#behind = false
      const messages = await this.#owner.messages(this.#last, page)
      if (!this.#owner.isOpen) break
      if (!messages.ok) {
        // What cannot be read stays where it is: the next message, receipt or sign-in tries again.
        this.#behind = true
        break
      }
      this.#deliver(messages.value)
    }
    this.#reading = false
  }

  #deliver(messages: readonly StoredMessage[]): void {
    const ids: number[] = []
    const pieces: Uint8Array[] = []
    if (messages.length === page) this.#behind = true
    let size = this.#underWay
    const { name: to } = this.#owner
    for (const { id, from, text, at } of messages) {
      if (size >= windowBytes) {
        this.#behind = true
        break
      }
      const event = { kind: 'private-message', from, to, text, storedAs: id, kept: false, nonce: null } as const
      const bytes = this.#owner.encode(event, { seq: id, at })
      this.#last = id
      if (!bytes) continue
      ids.push(id)
      pieces.push(bytes)
      size += bytes.length
    }
    if (ids.length > 0) this.#put(ids, pieces)
  }

  #put(ids: readonly number[], pieces: readonly Uint8Array[]): void {
    let size = 0
    for (const bytes of pieces) {
      this.#owner.put(bytes)
      size += bytes.length
    }
    this.#underWay += size
    this.#owner.whenReceived(() => {
      this.#underWay -= size
      if (!this.#owner.isOpen) return
      this.#acknowledge(ids)
      if (this.#behind) void this.#read()
    })
  }

  /** What could not be taken out of the mailbox is tried again with the next receipt, so that it does not come twice. */
  #acknowledge(ids: readonly number[]): void {
    const all = [...this.#received, ...ids]
    this.#received = []
    this.#owner.acknowledge(all, (isDone) => {
      if (isDone) return
      this.#received.push(...all)
      this.#tryAgain()
    })
  }

  /** Whatever the client says next: a disk may have room again before a new message comes. */
  #tryAgain(): void {
    if (this.#tryingAgain || !this.#owner.isOpen) return
    this.#tryingAgain = true
    this.#owner.whenReceived(() => {
      this.#tryingAgain = false
      if (this.#owner.isOpen && this.#received.length > 0) this.#acknowledge([])
    })
  }
}
