import { ChatError } from '../chat-error.ts'
import { newIdentity } from './identity.ts'
import type { Identity } from './profile.ts'
import type { BackupContents, Pin } from './recovery.ts'

/** How far a session of `parley-2` came that somebody else began. */
export interface ReceivedMark {
  /** Of the session, in hexadecimal, as that of the public key of its sender. */
  readonly id: string
  readonly sender: string
  /** In milliseconds since 1970. */
  readonly madeAt: number
  /** One more than the highest counter that came. */
  readonly next: number
  /** Counters below it that did not come. */
  readonly missing: readonly number[]
}

/**
 * What outlives a session: one's own key pair, the keys that others had when they were seen first,
 * and how far their sessions came.
 */
export interface TrustStore {
  /** Whether there is one's own key pair already. */
  hasIdentity(): Promise<boolean>
  /** Made at the first call, the same ever after. */
  identity(): Promise<Identity>
  /**
   * The key that was seen first of a user of a server, null before that. Names compare without
   * regard to case.
   */
  pinned(server: string, user: string): Promise<string | null>
  pin(server: string, user: string, key: string): Promise<void>
  /** What a backup holds (see `sealBackup`). */
  contents(): Promise<BackupContents>
  /**
   * Takes the identity and the pins of a backup. Rejects with a ChatError of code `usage` where there
   * is another identity already.
   */
  restore(contents: BackupContents): Promise<void>
  /** The phrase that opens the backup, by which it is kept up to date; null: this device has none. */
  phrase(): Promise<string | null>
  keepPhrase(phrase: string | null): Promise<void>
  /** The last mark of each session, the oldest first. */
  receivedMarks(): Promise<readonly ReceivedMark[]>
  markReceived(mark: ReceivedMark): Promise<void>
}

/** `where`: what holds it, for people. */
export function otherIdentity(where: string = 'this device'): ChatError {
  const why =
    'it opens what was sealed to it, so nothing was changed; move it away first, or use another place for keys'
  return new ChatError('usage', `${where} holds another identity: ${why}`)
}

/** Marks that a memory keeps. */
const mostMarks = 10_000

/** Forgets everything with the process: for programs without a place to keep it. */
export class MemoryTrust implements TrustStore {
  #identity: Promise<Identity> | undefined
  #phrase: string | null = null
  readonly #pins = new Map<string, Pin>()
  readonly #marks = new Map<string, ReceivedMark>()

  async hasIdentity(): Promise<boolean> {
    return this.#identity !== undefined
  }

  identity(): Promise<Identity> {
    return (this.#identity ??= newIdentity())
  }

  async pinned(server: string, user: string): Promise<string | null> {
    return this.#pins.get(`${server} ${user.toLowerCase()}`)?.key ?? null
  }

  async pin(server: string, user: string, key: string): Promise<void> {
    const name = user.toLowerCase()
    this.#pins.set(`${server} ${name}`, { server, user: name, key })
  }

  async contents(): Promise<BackupContents> {
    return { identity: await this.identity(), pins: [...this.#pins.values()] }
  }

  async restore({ identity, pins }: BackupContents): Promise<void> {
    if (this.#identity && (await this.#identity).publicKey !== identity.publicKey) throw otherIdentity()
    this.#identity = Promise.resolve(identity)
    for (const { server, user, key } of pins) await this.pin(server, user, key)
  }

  async phrase(): Promise<string | null> {
    return this.#phrase
  }

  async keepPhrase(phrase: string | null): Promise<void> {
    this.#phrase = phrase
  }

  async receivedMarks(): Promise<readonly ReceivedMark[]> {
    return [...this.#marks.values()]
  }

  async markReceived(mark: ReceivedMark): Promise<void> {
    this.#marks.set(mark.id, mark)
    const [oldest = ''] = this.#marks.keys()
    if (this.#marks.size > mostMarks) this.#marks.delete(oldest)
  }
}
