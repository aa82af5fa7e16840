import type { Clock } from '../clock.ts'
import type { Memory } from '../memory.ts'

/** What is typed meanwhile is remembered with it. */
const togetherMs = 500
/** Characters of a draft that are remembered. */
const longest = 65_536

/** What is being written in each conversation, by its key, from one start of the program to the next. */
export class RememberedDrafts {
  readonly #memory: Memory
  readonly #clock: Clock
  #drafts: { readonly [key: string]: string } = {}
  #cancel: (() => void) | null = null

  constructor(memory: Memory, clock: Clock) {
    this.#memory = memory
    this.#clock = clock
  }

  async restore(): Promise<void> {
    this.#drafts = (await this.#memory.load()).drafts
  }

  /** Empty: nothing is being written there. */
  of(key: string): string {
    return Object.hasOwn(this.#drafts, key) ? (this.#drafts[key] ?? '') : ''
  }

  /** Keys of the conversations in which something is written. */
  written(): readonly string[] {
    return Object.keys(this.#drafts)
  }

  set(key: string, text: string): void {
    if (text === this.of(key)) return
    const { [key]: _, ...others } = this.#drafts
    this.#drafts = text === '' ? others : { ...others, [key]: text.slice(0, longest) }
    this.#cancel ??= this.#clock.after(togetherMs, () => this.save())
  }

  /** Remembers it now. */
  save(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#memory.save({ drafts: this.#drafts })
  }
}
