import { ChatError } from './chat-error.ts'
import type { Clock } from './clock.ts'
import type { Backup } from './devices.ts'
import type { Keys } from './features.ts'
import { ownerIn, ownerOf } from './sealing/backup-owner.ts'
import { KeptBackup } from './sealing/kept-backup.ts'
import type { TrustStore } from './sealing/trust.ts'

/** What is pinned within that time goes into the backup at once. */
const togetherMs = 2_000

/** The backup of what makes a device one of the account's, and the phrase that opens it. */
export interface Recovery {
  /**
   * The account has an identity, and this device has none or another one. Nothing is sealed and no
   * key is published before the program has chosen between `restore` and `beginAnew`.
   */
  readonly isNeeded: boolean
  /**
   * Makes a phrase of twelve words and puts the backup that it opens, in place of the one before. The
   * backup is kept up to date from then on. The phrase is to be shown once and written down.
   */
  make(): Promise<string>
  /**
   * Takes identity and known keys from the backup. Rejects with `usage`, and changes nothing, where
   * the phrase is wrong or this device has another identity already.
   */
  restore(phrase: string): Promise<void>
  /**
   * Goes on with an identity of its own, which is made where there is none. Everybody who knows the
   * account is told that its key has changed, and old sealed history stays closed.
   */
  beginAnew(): Promise<void>
}

export interface ChatRecoveryParts {
  readonly trust: TrustStore
  /** What is pinned is pinned under it. */
  readonly server: string
  readonly clock: Clock
  /** The name as the server took it. */
  me(): string
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
  #hasBackup = false
  /** Who has sealed for this account, where that is not this device. */
  #owner: string | null = null
  /** Pins that found no room in the backup. */
  #left = 0
  #cancel: (() => void) | undefined

  constructor(parts: ChatRecoveryParts) {
    this.#parts = parts
    this.#kept = new KeptBackup(parts.trust)
  }

  get isNeeded(): boolean {
    return this.#isNeeded
  }

  /** Of what `restore` would open. */
  get hasBackup(): boolean {
    return this.#hasBackup
  }

  /** Whether this device must be told what to do before it publishes a key. */
  async look(keys: Keys, backup: Backup | undefined): Promise<boolean> {
    if (this.#isDecided) return false
    const blob = (await backup?.get()) ?? null
    const published = (await keys.own?.()) ?? null
    this.#hasBackup = blob !== null
    this.#owner = published === null ? blob && (ownerIn(blob) ?? 'unknown') : await ownerOf({ publicKey: published })
    this.#isNeeded = this.#owner !== null && (await this.#isOfAnother(this.#owner))
    this.#isDecided = !this.#isNeeded
    return this.#isNeeded
  }

  async make(): Promise<string> {
    if (this.#isNeeded) throw neededError()
    const { phrase, left } = await this.#kept.make(this.#parts.backup())
    this.#tellOf(left)
    return phrase
  }

  async restore(phrase: string): Promise<void> {
    await this.#kept.restore(this.#parts.backup(), phrase)
    await this.#decided()
  }

  async beginAnew(): Promise<void> {
    const { trust, server } = this.#parts
    if (!this.#isNeeded) return
    if (this.#owner !== null) await trust.pin(server, this.#declined(), this.#owner)
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
    if ((await this.#parts.trust.phrase()) === null) return
    const left = await this.#kept.update(this.#parts.backup())
    if (left !== 'superseded') return this.#tellOf(left)
    this.#parts.failed('another device has made a new recovery phrase; the backup is not kept up to date from here')
  }

  #tellOf(left: number): void {
    const keys = left === 1 ? '1 key, which was' : `${left} keys, which were`
    const why = `the server keeps no larger backup: ${keys} seen before all others, found no room in it`
    if (left > this.#left) this.#parts.failed(why)
    this.#left = left
  }

  /** That is not this device, and not an identity that its user has declined. */
  async #isOfAnother(owner: string): Promise<boolean> {
    const { trust, server } = this.#parts
    if (!(await trust.hasIdentity())) return true
    const isOther = owner !== 'unknown' && owner !== (await ownerOf(await trust.identity()))
    return isOther && (await trust.pinned(server, this.#declined())) !== owner
  }

  /** What an identity is pinned under that this device is not to have. No user has such a name. */
  #declined(): string {
    return `*${this.#parts.me()}`
  }

  async #decided(): Promise<void> {
    if (!this.#isNeeded) return
    this.#isDecided = true
    try {
      await this.#parts.startSealing()
    } catch (error) {
      this.#isDecided = false
      throw error
    }
    // Not before there is sealing: what is said meanwhile would go plain.
    this.#isNeeded = false
  }
}

/** Nothing may go plain because this device cannot seal yet. */
export function neededError(): ChatError {
  return new ChatError('recovery-needed', 'this device does not have the keys of this account')
}
