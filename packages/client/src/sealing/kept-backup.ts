import { ChatError } from '../chat-error.ts'
import type { Backup } from '../devices.ts'
import { newRecoveryPhrase, openBackup, sealBackup, type BackupContents, type BackupFailure } from './recovery.ts'
import type { TrustStore } from './trust.ts'

const failures = {
  'no-phrase': 'these are not the twelve words of a recovery phrase; one may be misspelt',
  'wrong-phrase': 'this is the recovery phrase of another backup',
  damaged: 'the backup that the server keeps is damaged',
  'no-backup': 'what the server keeps is no backup',
} satisfies Record<BackupFailure, string>

/** The encrypted backup of one account on its server, and the phrase that opens it. */
export class KeptBackup {
  readonly #trust: TrustStore

  constructor(trust: TrustStore) {
    this.#trust = trust
  }

  /** Puts a backup that a new phrase opens, and no other does. */
  async make(backup: Backup): Promise<{ readonly phrase: string; readonly left: number }> {
    const phrase = await newRecoveryPhrase()
    const left = await this.#put(backup, await this.#trust.contents(), phrase)
    await this.#trust.keepPhrase(phrase)
    return { phrase, left }
  }

  /** Takes identity and pins out of the backup. Rejects with a ChatError of code `usage`. */
  async restore(backup: Backup, phrase: string): Promise<void> {
    const blob = await backup.get()
    if (blob === null) throw new ChatError('usage', 'the server keeps no backup of this account')
    const opened = await openBackup(blob, phrase)
    if (!opened.ok) throw new ChatError('usage', failures[opened.fail])
    await this.#trust.restore(opened.contents)
    await this.#trust.keepPhrase(phrase)
  }

  /**
   * Brings the backup up to date, where this device knows the phrase. What other devices have pinned
   * there is kept. Where another device has made a new phrase, this one is forgotten here:
   * `superseded`. Otherwise resolves with how many pins did not find room.
   */
  async update(backup: Backup): Promise<number | 'superseded'> {
    const phrase = await this.#trust.phrase()
    if (phrase === null) return 0
    const contents = await this.#trust.contents()
    const blob = await backup.get()
    const there = blob === null ? null : await openBackup(blob, phrase)
    const isOther = there?.ok === true && there.contents.identity.publicKey !== contents.identity.publicKey
    if (isOther || (there?.ok === false && there.fail === 'wrong-phrase')) {
      await this.#trust.keepPhrase(null)
      return 'superseded'
    }
    const theirs = there?.ok ? there.contents.pins : []
    const own = new Set(contents.pins.map(({ server, user }) => `${server} ${user}`))
    const pins = [...theirs.filter(({ server, user }) => !own.has(`${server} ${user}`)), ...contents.pins]
    return this.#put(backup, { ...contents, pins }, phrase)
  }

  /** Where the server keeps less than that, the pins that were made last. Resolves with how many are left out. */
  async #put(backup: Backup, contents: BackupContents, phrase: string): Promise<number> {
    for (let { pins } = contents; ; pins = pins.slice(Math.ceil(pins.length / 4))) {
      const blob = await sealBackup({ ...contents, pins }, phrase)
      if (blob === null) throw new ChatError('usage', failures['no-phrase'])
      try {
        await backup.put(blob)
        return contents.pins.length - pins.length
      } catch (error) {
        const isTooLarge = error instanceof ChatError && error.code === 'usage'
        if (!isTooLarge || pins.length === 0) throw error
      }
    }
  }
}
