import {
  fail,
  type ConversationKey,
  type DurableState,
  type HistoryPosition,
  type HistorySearch,
  type Reader,
  type StoredMessage,
  type NameKey,
  type Result,
  type Store,
  type Write,
} from '@parley/core'
import type { Chance } from './chance.ts'

interface Waiting {
  turns: number
  readonly go: () => void
}

/**
 * A store that takes its time: every call waits for a few turns, in the order of the calls, so that a client can be gone while
 * anything is awaited. Now and then it is unavailable, and has changed nothing.
 */
export class FaultyStore implements Store {
  readonly #store: Store
  readonly #chance: Chance
  readonly #failing: number
  readonly #queue: Waiting[] = []
  #isFaulty = false
  #hasFailed = false

  /** `failing`: percent of the calls. */
  constructor(store: Store, chance: Chance, failing: number) {
    this.#store = store
    this.#chance = chance
    this.#failing = failing
  }

  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** Faulty from here on, or sound again. */
  set faulty(isFaulty: boolean) {
    this.#isFaulty = isFaulty
  }

  load(reserve?: number): Promise<Result<DurableState, 'unavailable'>> {
    return this.#wait(() => this.#store.load(reserve))
  }

  commit(writes: readonly Write[], seq: number, at: number): Promise<Result<void, 'unavailable' | 'full'>> {
    return this.#wait(() => this.#store.commit(writes, seq, at))
  }

  messages(of: NameKey, after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>> {
    return this.#wait(() => this.#store.messages(of, after, limit))
  }

  backup(of: NameKey): Promise<Result<string | null, 'unavailable'>> {
    return this.#wait(() => this.#store.backup(of))
  }

  history(reader: Reader, of: ConversationKey, at: HistoryPosition, limit: number) {
    return this.#wait(() => this.#store.history(reader, of, at, limit))
  }

  since(reader: Reader, after: number, limit: number) {
    return this.#wait(() => this.#store.since(reader, after, limit))
  }

  search(reader: Reader, search: HistorySearch) {
    return this.#wait(() => this.#store.search(reader, search))
  }

  conversations(reader: Reader) {
    return this.#wait(() => this.#store.conversations(reader))
  }

  export(reader: Reader, after: number, limit: number) {
    return this.#wait(() => this.#store.export(reader, after, limit))
  }

  message(reader: Reader, seq: number) {
    return this.#wait(() => this.#store.message(reader, seq))
  }

  among(of: ConversationKey, seqs: readonly number[]) {
    return this.#wait(() => this.#store.among(of, seqs))
  }

  unkept(of: NameKey, after: number, limit: number) {
    return this.#wait(() => this.#store.unkept(of, after, limit))
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  turn(): void {
    for (const waiting of this.#queue) waiting.turns--
    while (this.#queue.length > 0 && this.#queue[0]!.turns <= 0) this.#queue.shift()!.go()
  }

  async #wait<T, F extends string>(call: () => Promise<Result<T, F>>): Promise<Result<T, F | 'unavailable'>> {
    if (!this.#isFaulty && this.#queue.length === 0) return call()
    const fails = this.#isFaulty && this.#chance.odds(this.#failing)
    await new Promise<void>((resolve) => this.#queue.push({ turns: this.#chance.below(4), go: resolve }))
    if (!fails) return call()
    this.#hasFailed = true
    return fail('unavailable')
  }
}
