import {
  MemoryTrust,
  type BackupContents,
  type Identity,
  type Pin,
  type ReceivedMark,
  type TrustStore,
} from '@parley/client'
import type { Vault } from './vault.ts'

/** How many marks of received messages are kept. */
const mostMarks = 2_000

interface Kept {
  readonly identity: Identity
  readonly pins: readonly Pin[]
  readonly phrase: string | null
  readonly marks: readonly ReceivedMark[]
}

/** The keys of one account in the browser: those of its own, and those that others had when they were seen first. */
export class PageTrust implements TrustStore {
  readonly #vault: Vault
  readonly #key: string
  #memory: Promise<MemoryTrust> | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(vault: Vault, key: string) {
    this.#vault = vault
    this.#key = key
  }

  async hasIdentity(): Promise<boolean> {
    return (await this.#loaded()).hasIdentity()
  }

  async identity(): Promise<Identity> {
    const memory = await this.#loaded()
    const isKept = await memory.hasIdentity()
    const identity = await memory.identity()
    if (!isKept) await this.#write()
    return identity
  }

  async pinned(server: string, user: string): Promise<string | null> {
    return (await this.#loaded()).pinned(server, user)
  }

  async pin(server: string, user: string, key: string): Promise<void> {
    await (await this.#loaded()).pin(server, user, key)
    await this.#write()
  }

  async contents(): Promise<BackupContents> {
    return (await this.#loaded()).contents()
  }

  async restore(contents: BackupContents): Promise<void> {
    await (await this.#loaded()).restore(contents)
    await this.#write()
  }

  async phrase(): Promise<string | null> {
    return (await this.#loaded()).phrase()
  }

  async keepPhrase(phrase: string | null): Promise<void> {
    await (await this.#loaded()).keepPhrase(phrase)
    await this.#write()
  }

  async receivedMarks(): Promise<readonly ReceivedMark[]> {
    return (await this.#loaded()).receivedMarks()
  }

  async markReceived(mark: ReceivedMark): Promise<void> {
    await (await this.#loaded()).markReceived(mark)
    await this.#write()
  }

  #loaded(): Promise<MemoryTrust> {
    return (this.#memory ??= this.#read())
  }

  async #read(): Promise<MemoryTrust> {
    const memory = new MemoryTrust()
    const kept = (await this.#vault.get(this.#key)) as Kept | null
    if (kept) {
      await memory.restore(kept)
      await memory.keepPhrase(kept.phrase)
      for (const mark of kept.marks) await memory.markReceived(mark)
    }
    return memory
  }

  /** In the order of the calls; what is changed while it writes is written with the next. */
  async #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => this.#set(await this.#loaded())).catch(() => {})
    await this.#writing
  }

  async #set(memory: MemoryTrust): Promise<void> {
    const marks = (await memory.receivedMarks()).slice(-mostMarks)
    const kept: Kept = { ...(await memory.contents()), phrase: await memory.phrase(), marks }
    await this.#vault.set(this.#key, kept)
  }
}
