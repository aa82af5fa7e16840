import { isBody, jsonCodec, jsonNotation, type Body, type JsonFrame } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import { FrameConnection } from '../kit/frame-connection.ts'
import type { Link } from '../link.ts'
import { documentForm, type Form } from './form.ts'
import { notUnderstood, usersIn } from './replies.ts'

/** Bytes of a line that a server may send: room for the names of a large community. */
const longestHeard = 1_048_576
/** Bytes of a line that a server takes. Past it the server would hang up. */
const longestSaid = 65_536

export interface JsonListener {
  /**
   * Whether it came unasked, though replies have the same header. It is not taken for a reply, and
   * is heard.
   */
  isNews(header: string, body: Body): boolean
  heard(header: string, body: Body): void
}

export interface JsonRequest<T> {
  readonly header: string
  readonly body?: Body | string | undefined
  /** The header of the reply. */
  readonly reply: string
  /** What `read` returns undefined for is somebody else's. */
  read(body: Body): T | ChatError | undefined
  /** What refuses it under another header. */
  refused?(header: string, body: Body): ChatError | undefined
  /**
   * Why it is refused when no reply comes: a LIST_USERS_REQ goes behind it, and that has a reply.
   */
  readonly withoutReply?: ChatError
  /** How long to wait, in milliseconds. */
  readonly ms?: number
}

/** One connection, as every feature finds it. */
export class JsonConnection {
  readonly context: ClientContext
  readonly me: string
  /** How this server is spoken to (J-1). */
  form: Form = documentForm
  readonly #frames: FrameConnection<JsonFrame>
  #isNews: JsonListener['isNews'] = () => false

  constructor(link: Link, context: ClientContext) {
    this.context = context
    this.me = context.name
    this.#frames = new FrameConnection(
      link,
      context,
      jsonCodec.decoder(() => longestHeard),
      jsonNotation,
    )
  }

  /** Aborted, with a ChatError as its reason, when the connection has ended. */
  get ending(): AbortSignal {
    return this.#frames.ending
  }

  /** Begins to read. */
  listen(listener: JsonListener): void {
    this.#isNews = (header, body) => listener.isNews(header, body)
    this.#frames.listen({
      heard: (frame) => listener.heard(frame.header, bodyOf(frame)),
      garbage: (problem) => {
        if (problem === 'too-long') this.destroy('the server sent a line without an end')
        else this.violation('a line came that is no UTF-8')
      },
    })
  }

  send(header: string, body?: Body): void {
    this.#frames.send(jsonCodec.encode(body ? { header, body } : { header }))
  }

  /** The body of the first frame of all. */
  greeting(): Promise<Body> {
    return this.#frames.request(null, (frame) => {
      const { header } = frame
      if (header === 'WELCOME') return bodyOf(frame)
      if (header === 'DSCN') return undefined
      const said = JSON.stringify(header.slice(0, 40))
      return new ChatError('broken-server', `no json server: it greets with ${said} and not with WELCOME`)
    })
  }

  /** A request that is replied to at once. */
  request<T>(request: JsonRequest<T>): Promise<T> {
    const { header, body, reply, read, refused, withoutReply, ms } = request
    const bytes = jsonCodec.encode({ header, body })
    if (bytes.length > longestSaid) return Promise.reject(tooLong())
    const take = (frame: JsonFrame) => {
      if (frame.header !== reply) return notUnderstood(header, frame) ?? refused?.(frame.header, bodyOf(frame))
      return isBody(frame.body)
        ? read(frame.body)
        : new ChatError('broken-server', `${reply} came without a JSON object`)
    }
    if (!withoutReply) return this.#request(bytes, take, ms)
    this.#frames.send(bytes)
    return this.#request(
      jsonCodec.encode({ header: 'LIST_USERS_REQ' }),
      (frame) => {
        if (frame.header === 'LIST_USERS_RESP') return withoutReply
        const taken = take(frame)
        if (taken !== undefined) this.#passOverUsers()
        return taken
      },
      ms,
    )
  }

  /**
   * For what is replied to at once only when it is refused: a LIST_USERS_REQ goes behind it, and
   * its reply says that there was no refusal. One exchange at a time, because refusals do not name
   * what they refuse. Resolves with who was here then; null: the server did not say.
   */
  command(
    header: string,
    body: Body,
    refused: (header: string, body: Body) => ChatError | undefined,
  ): Promise<readonly string[] | null> {
    const line = jsonCodec.encode({ header, body })
    if (line.length > longestSaid) return Promise.reject(tooLong())
    return this.inTurn(async () => {
      this.#frames.send(line)
      return this.#request(jsonCodec.encode({ header: 'LIST_USERS_REQ' }), (frame) => {
        if (frame.header === 'LIST_USERS_RESP') return usersOrNull(bodyOf(frame))
        const error = notUnderstood(header, frame) ?? refused(frame.header, bodyOf(frame))
        if (error) this.#passOverUsers()
        return error
      })
    })
  }

  /** Who is here. */
  users(): Promise<readonly string[]> {
    return this.request({ header: 'LIST_USERS_REQ', reply: 'LIST_USERS_RESP', read: usersIn })
  }

  /** Runs when every exchange that came before has ended. */
  inTurn<T>(exchange: () => Promise<T>): Promise<T> {
    return this.#frames.requests.inTurn(exchange)
  }

  /** Tells of something that the server should not have said. */
  violation(problem: string): void {
    this.context.emit('protocol-violation', { problem })
  }

  /** Resolves when the connection has ended. */
  quit(): Promise<void> {
    return this.#frames.quit(jsonCodec.encode({ header: 'BYE' }))
  }

  destroy(reason: string): void {
    this.#frames.destroy(reason)
  }

  #request<T>(bytes: Uint8Array | null, read: (frame: JsonFrame) => T | ChatError | undefined, ms?: number) {
    const take = (frame: JsonFrame) => (this.#isNews(frame.header, bodyOf(frame)) ? undefined : read(frame))
    return this.#frames.request(bytes, take, ms)
  }

  /**
   * The reply to a LIST_USERS_REQ that nobody waits for any more, also from a server that does not
   * know it.
   */
  #passOverUsers(): void {
    const isIt = ({ header }: JsonFrame) =>
      header === 'LIST_USERS_RESP' || header === 'UNKNOWN_COMMAND' ? true : undefined
    this.#request(null, isIt).catch(() => {})
  }
}

function usersOrNull(body: Body): readonly string[] | null {
  const users = usersIn(body)
  return users instanceof ChatError ? null : users
}

function bodyOf({ body }: JsonFrame): Body {
  return isBody(body) ? body : {}
}

function tooLong(): ChatError {
  return new ChatError('usage', 'this is too long for one message; send it in parts, or as a file')
}
