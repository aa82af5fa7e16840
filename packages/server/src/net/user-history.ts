import {
  fail,
  type ConnectionId,
  type ConversationKey,
  type ConversationSummary,
  type HistoryPage,
  type HistoryPosition,
  type HistorySearch,
  type HistoryStretch,
  type KeptMessage,
  type Reader,
  type Result,
} from '@parley/core'
import type { HistoryView } from '@parley/protocols'
import type { ConnectionServices } from './connection-services.ts'

type Read<T> = Promise<Result<T, 'unavailable'>>

/** Reads history as whoever is signed in on a connection. */
export class UserHistory implements HistoryView {
  readonly #id: ConnectionId
  readonly #services: Pick<ConnectionServices, 'community' | 'store'>

  constructor(id: ConnectionId, services: Pick<ConnectionServices, 'community' | 'store'>) {
    this.#id = id
    this.#services = services
  }

  page(of: ConversationKey, at: HistoryPosition, limit: number): Read<HistoryPage> {
    return this.#as((reader) => this.#services.store.history(reader, of, at, limit))
  }

  search(search: HistorySearch): Read<readonly KeptMessage[]> {
    return this.#as((reader) => this.#services.store.search(reader, search))
  }

  conversations(): Read<readonly ConversationSummary[]> {
    return this.#as((reader) => this.#services.store.conversations(reader))
  }

  since(after: number, limit: number): Read<HistoryStretch> {
    return this.#as((reader) => this.#services.store.since(reader, after, limit))
  }

  export(after: number, limit: number): Read<HistoryStretch> {
    return this.#as((reader) => this.#services.store.export(reader, after, limit))
  }

  message(seq: number): Read<KeptMessage | null> {
    return this.#as((reader) => this.#services.store.message(reader, seq))
  }

  #as<T>(read: (reader: Reader) => Read<T>): Read<T> {
    const reader = this.#services.community.reader(this.#id)
    return reader ? read(reader) : Promise.resolve(fail('unavailable'))
  }
}
