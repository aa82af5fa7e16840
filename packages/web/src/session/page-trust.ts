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

  async identity(): Promise<Identity> {
    return (await this.#loaded()).identity()
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

  /** Takes the keys of a backup in the place of those that are here. */
  async replace(contents: BackupContents): Promise<void> {
    const memory = new MemoryTrust()
    await memory.restore(contents)
    this.#memory = Promise.resolve(memory)
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
      for (const mark of kept.marks) await memory.markReceived(mark)
    } else {
      await this.#set(memory)
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
    await this.#vault.set(this.#key, { ...(await memory.contents()), marks } satisfies Kept)
  }
}
