import type {
  ConversationKey,
  DurableState,
  HistoryPosition,
  HistorySearch,
  NameKey,
  Reader,
  Result,
  Store,
  Write,
} from '@parley/core'

/** A store that a log writes behind what was heard. Whoever reads sees all that was applied before. */
export class CommittedReads implements Store {
  readonly #store: Store
  readonly #flush: () => void

  /** `flush` hands what is to be written to the store. */
  constructor(store: Store, flush: () => void) {
    this.#store = store
    this.#flush = flush
  }

  load(): Promise<Result<DurableState, 'unavailable'>> {
    return this.#read().load()
  }

  commit(writes: readonly Write[], seq: number, at: number): Promise<Result<void, 'unavailable' | 'full'>> {
    return this.#store.commit(writes, seq, at)
  }

  messages(of: NameKey, after: number, limit: number) {
    return this.#read().messages(of, after, limit)
  }

  backup(of: NameKey) {
    return this.#read().backup(of)
  }

  history(reader: Reader, of: ConversationKey, at: HistoryPosition, limit: number) {
    return this.#read().history(reader, of, at, limit)
  }

  since(reader: Reader, after: number, limit: number) {
    return this.#read().since(reader, after, limit)
  }

  search(reader: Reader, search: HistorySearch) {
    return this.#read().search(reader, search)
  }

  conversations(reader: Reader) {
    return this.#read().conversations(reader)
  }

  export(reader: Reader, after: number, limit: number) {
    return this.#read().export(reader, after, limit)
  }

  message(reader: Reader, seq: number) {
    return this.#read().message(reader, seq)
  }

  among(...given: Parameters<Store['among']>) {
    return this.#read().among(...given)
  }

  unkept(of: NameKey, after: number, limit: number) {
    return this.#read().unkept(of, after, limit)
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #read(): Store {
    this.#flush()
    return this.#store
  }
}
