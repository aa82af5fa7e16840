import { nothingRemembered, type Memory, type Remembered } from '@parley/client'
import type { Vault } from './vault.ts'

/** What is saved meanwhile is written with it. */
const togetherMs = 200

/** What the page remembers of one account, in the browser. */
export class PageMemory implements Memory {
  readonly #vault: Vault
  readonly #key: string
  #loading: Promise<Remembered> | null = null
  #changed: Partial<Remembered> = {}
  #writing: Promise<void> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(vault: Vault, key: string) {
    this.#vault = vault
    this.#key = key
  }

  async load(): Promise<Remembered> {
    this.#loading ??= this.#read()
    return { ...(await this.#loading), ...this.#changed }
  }

  save(changed: Partial<Remembered>): void {
    this.#changed = { ...this.#changed, ...changed }
    this.#timer ??= setTimeout(() => this.#write(), togetherMs)
  }

  async flush(): Promise<void> {
    if (this.#timer !== null) this.#write()
    await this.#writing
  }

  async #read(): Promise<Remembered> {
    return { ...nothingRemembered, ...((await this.#vault.get(this.#key)) as Partial<Remembered> | null) }
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    // A browser without room keeps nothing; the page goes on without.
    this.#writing = this.#writing.then(async () => this.#vault.set(this.#key, await this.load())).catch(() => {})
  }
}
