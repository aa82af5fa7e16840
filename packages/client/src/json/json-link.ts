import { isBody, jsonCodec, jsonNotation, type Body, type JsonFrame } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import type { Clock } from '../clock.ts'
import { FrameLink } from '../kit/frame-link.ts'
import type { Link } from '../link.ts'
import type { SpeakOptions } from '../speaker.ts'
import { usersIn } from './talk.ts'

/** Bytes of a line that a server may send: room for the names of a large community. */
const longestHeard = 1_048_576
/** Bytes of a line that a server takes; past it the server would hang up. */
const longestSaid = 65_536

export interface JsonListener {
  /** Whether it came unasked, though answers have the same header. It is not taken for one, and is heard. */
  isNews(header: string, body: Body): boolean
  heard(header: string, body: Body): void
  garbage(problem: 'too-long' | 'malformed'): void
  ended(reason: string): void
}

export interface JsonLinkOptions {
  readonly wire: SpeakOptions['wire']
  readonly clock: Clock
}

export interface Asked<T> {
  readonly header: string
  readonly body?: Body | string | undefined
  /** The header of the answer. */
  readonly answer: string
  /** What `read` returns undefined for is somebody else's. */
  read(body: Body): T | ChatError | undefined
  /** What refuses it under another header. */
  refused?(header: string, body: Body): ChatError | undefined
  /** Why it is refused when no answer comes: a LIST_USERS_REQ goes behind it, and that is answered. */
  readonly unanswered?: ChatError
  /** How long to wait, in milliseconds. */
  readonly ms?: number
}

/** Requests and their answers on one connection. */
export class JsonLink {
  readonly #frames: FrameLink<JsonFrame>
  readonly #listener: JsonListener
  #turn: Promise<unknown> = Promise.resolve()

  constructor(link: Link, { wire, clock }: JsonLinkOptions, listener: JsonListener) {
    this.#listener = listener
    this.#frames = new FrameLink(link, {
      decoder: jsonCodec.decoder(() => longestHeard),
      notation: jsonNotation,
      heard: (frame) => listener.heard(frame.header, bodyOf(frame)),
      garbage: (problem) => listener.garbage(problem),
      ended: (reason) => listener.ended(reason),
      wire,
      clock,
    })
  }

  send(header: string, body?: Body): void {
    this.#frames.send(jsonCodec.encode(body ? { header, body } : { header }))
  }

  /** The body of the first frame of all. */
  greeting(): Promise<Body> {
    return this.#frames.ask(null, (frame) => {
      const { header } = frame
      if (header === 'WELCOME') return bodyOf(frame)
      if (header === 'DSCN') return undefined
      const said = JSON.stringify(header.slice(0, 40))
      return new ChatError(
        'broken-server',
        `no json server: it greets with ${said} and not with WELCOME; check the port`,
      )
    })
  }

  /** A request that is answered at once. */
  request<T>(asked: Asked<T>): Promise<T> {
    const { header, body, answer, read, refused, unanswered, ms } = asked
    const bytes = jsonCodec.encode({ header, body })
    if (bytes.length > longestSaid) return Promise.reject(tooLong())
    const take = (frame: JsonFrame) => {
      if (frame.header !== answer) return notUnderstood(header, frame) ?? refused?.(frame.header, bodyOf(frame))
      return isBody(frame.body)
        ? read(frame.body)
        : new ChatError('broken-server', `${answer} came without a JSON object`)
    }
    if (!unanswered) return this.#ask(bytes, take, ms)
    this.#frames.send(bytes)
    return this.#ask(
      jsonCodec.encode({ header: 'LIST_USERS_REQ' }),
      (frame) => {
        if (frame.header === 'LIST_USERS_RESP') return unanswered
        const taken = take(frame)
        if (taken !== undefined) this.#passOverUsers()
        return taken
      },
      ms,
    )
  }

  /**
   * A request that is answered at once only when it is refused: a LIST_USERS_REQ goes behind it, and its answer says that
   * there was no refusal. One exchange at a time, because refusals do not name what they refuse. Resolves with who was here
   * then; null: the server did not say.
   */
  exchange(
    header: string,
    body: Body,
    refused: (header: string, body: Body) => ChatError | undefined,
  ): Promise<readonly string[] | null> {
    const line = jsonCodec.encode({ header, body })
    if (line.length > longestSaid) return Promise.reject(tooLong())
    return this.inTurn(async () => {
      this.#frames.send(line)
      return this.#ask(jsonCodec.encode({ header: 'LIST_USERS_REQ' }), (frame) => {
        if (frame.header === 'LIST_USERS_RESP') return usersOrNull(bodyOf(frame))
        const error = notUnderstood(header, frame) ?? refused(frame.header, bodyOf(frame))
        if (error) this.#passOverUsers()
        return error
      })
    })
  }

  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run)
    this.#turn = result.catch(() => {})
    return result
  }

  quit(): Promise<void> {
    return this.#frames.quit(jsonCodec.encode({ header: 'BYE' }))
  }

  destroy(reason: string): void {
    this.#frames.destroy(reason)
  }

  #ask<T>(bytes: Uint8Array | null, read: (frame: JsonFrame) => T | ChatError | undefined, ms?: number): Promise<T> {
    const take = (frame: JsonFrame) => (this.#listener.isNews(frame.header, bodyOf(frame)) ? undefined : read(frame))
    return this.#frames.ask(bytes, take, ms)
  }

  /** The answer to a LIST_USERS_REQ that nobody waits for any more, also from a server that does not know it. */
  #passOverUsers(): void {
    const isIt = ({ header }: JsonFrame) =>
      header === 'LIST_USERS_RESP' || header === 'UNKNOWN_COMMAND' ? true : undefined
    this.#ask(null, isIt).catch(() => {})
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

/** What a server says that does not have everything of the document. */
function notUnderstood(request: string, { header }: JsonFrame): ChatError | undefined {
  if (header === 'UNKNOWN_COMMAND') return new ChatError('cannot', `this server does not know ${request}`)
  if (header === 'PARSE_ERROR') return new ChatError('refused', `this server cannot read this ${request}`)
  return undefined
}
