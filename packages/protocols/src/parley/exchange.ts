import type { Body } from './codec.ts'
import type { ParleyConnection } from './connection.ts'
import { isNumber, member } from './members.ts'
import { messages, type ErrorCode } from './replies.ts'

/** What a client calls its request. */
export type RequestId = number | string

const longestId = 64

/** The `id` of a request; null: it has none; undefined: it is of a wrong kind. */
export function idOf(body: Body): RequestId | null | undefined {
  const id = member(body, 'id')
  if (id === undefined) return null
  if (isNumber(id)) return id
  return typeof id === 'string' && id.length <= longestId ? id.toWellFormed() : undefined
}

/** One request on its way to its reply. */
export class Exchange {
  readonly connection: ParleyConnection
  readonly id: RequestId | null

  /** Requests before it that wait for their replies; null: there are none. */
  readonly #before: Promise<void> | null

  constructor(connection: ParleyConnection, id: RequestId | null, before: Promise<void> | null = null) {
    this.connection = connection
    this.id = id
    this.#before = before
  }

  /** A request without an id is told nothing when it goes well (L-3). */
  accept(members: Body = {}): void {
    if (this.id !== null) this.connection.send({ re: this.id, ok: true, ...members })
  }

  /** Behind the replies to the requests before it. */
  refuse(error: ErrorCode, members: Body = {}): void {
    if (this.#before) void this.#before.then(() => this.#refuse(error, members))
    else this.#refuse(error, members)
  }

  #refuse(error: ErrorCode, members: Body): void {
    this.connection.send({ re: this.id, ok: false, error, message: messages[error], ...members })
  }
}
