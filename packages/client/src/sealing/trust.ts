import { newIdentity } from './identity.ts'
import type { Identity } from './profile.ts'

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
  /** Made at the first call, the same ever after. */
  identity(): Promise<Identity>
  /**
   * The key that was seen first of a user of a server, null before that. Names compare without
   * regard to case.
   */
  pinned(server: string, user: string): Promise<string | null>
  pin(server: string, user: string, key: string): Promise<void>
  /** The last mark of each session, the oldest first. */
  receivedMarks(): Promise<readonly ReceivedMark[]>
  markReceived(mark: ReceivedMark): Promise<void>
}

/** Marks that a memory keeps. */
const mostMarks = 10_000

/** Forgets everything with the process: for programs without a place to keep it. */
export class MemoryTrust implements TrustStore {
  #identity: Promise<Identity> | undefined
  readonly #pins = new Map<string, string>()
  readonly #marks = new Map<string, ReceivedMark>()

  identity(): Promise<Identity> {
    return (this.#identity ??= newIdentity())
  }

  async pinned(server: string, user: string): Promise<string | null> {
    return this.#pins.get(`${server} ${user.toLowerCase()}`) ?? null
  }

  async pin(server: string, user: string, key: string): Promise<void> {
    this.#pins.set(`${server} ${user.toLowerCase()}`, key)
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
