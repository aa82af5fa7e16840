import { ChatError } from './chat-error.ts'
import type { Clock } from './clock.ts'
import type { Backup } from './devices.ts'
import { KeptBackup } from './sealing/kept-backup.ts'
import type { TrustStore } from './sealing/trust.ts'

/** What is pinned within that time goes into the backup at once. */
const togetherMs = 2_000

/** The backup of what makes a device one of the account's, and the phrase that opens it. */
export interface Recovery {
  /**
   * This device has no identity, and the server keeps a backup of one. Nothing is sealed and no key
   * is published before the program has chosen between `restore` and `beginAnew`.
   */
  readonly isNeeded: boolean
  /**
   * Makes a phrase of twelve words and puts the backup that it opens, in place of the one before. The
   * backup is kept up to date from then on. The phrase is to be shown once and written down.
   */
  make(): Promise<string>
  /** Takes identity and known keys from the backup. Rejects with `usage`, and changes nothing. */
  restore(phrase: string): Promise<void>
  /**
   * Makes an identity of its own over the one in the backup. Everybody who knows the account is told
   * that its key has changed, and old sealed history stays closed.
   */
  beginAnew(): Promise<void>
}

export interface ChatRecoveryParts {
  readonly trust: TrustStore
  readonly clock: Clock
  /** Of the connection that there is now. Throws a ChatError where there is none. */
  backup(): Backup
  /** Seals from now on, over the connection that there is now. */
  startSealing(): Promise<void>
  failed(problem: string): void
}

/** The recovery of one chat, over one connection after another. */
export class ChatRecovery implements Recovery {
  readonly #parts: ChatRecoveryParts
  readonly #kept: KeptBackup
  #isNeeded = false
  #isDecided = false
  #cancel: (() => void) | undefined

  constructor(parts: ChatRecoveryParts) {
    this.#parts = parts
    this.#kept = new KeptBackup(parts.trust)
  }

  get isNeeded(): boolean {
    return this.#isNeeded
  }

  /** Whether this device must be told what to do before it publishes a key. */
  async look(backup: Backup | undefined): Promise<boolean> {
    const isNew = backup !== undefined && !this.#isDecided && !(await this.#parts.trust.hasIdentity())
    this.#isNeeded = isNew && (await backup.get()) !== null
    return this.#isNeeded
  }

  async make(): Promise<string> {
    if (this.#isNeeded) throw neededError()
    return this.#kept.make(this.#parts.backup())
  }

  async restore(phrase: string): Promise<void> {
    await this.#kept.restore(this.#parts.backup(), phrase)
    await this.#decided()
  }

  async beginAnew(): Promise<void> {
    await this.#decided()
  }

  /** Something was pinned: the backup follows, a little later. */
  readonly pinned = (): void => {
    if (this.#cancel || this.#isNeeded) return
    this.#cancel = this.#parts.clock.after(togetherMs, () => {
      this.#cancel = undefined
      this.#update().catch((error: unknown) => {
        if (!(error instanceof ChatError)) throw error
        // What was pinned while the connection was broken goes along with what is pinned next.
        if (error.code !== 'unreachable' && error.code !== 'closed' && error.code !== 'cannot') {
          this.#parts.failed(`the backup of your keys is not up to date: ${error.message}`)
        }
      })
    })
  }

  /** The chat is over. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  async #update(): Promise<void> {
    if ((await this.#parts.trust.phrase()) !== null) await this.#kept.update(this.#parts.backup())
  }

  async #decided(): Promise<void> {
    if (!this.#isNeeded) return
    this.#isNeeded = false
    this.#isDecided = true
    await this.#parts.startSealing()
  }
}

/** Nothing may go plain because this device cannot seal yet. */
export function neededError(): ChatError {
  const why = 'this account has sealed before; restore its keys by the recovery phrase, or begin anew, first'
  return new ChatError('not-sealable', why)
}
