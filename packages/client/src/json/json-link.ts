import { isBody, jsonCodec, jsonNotation, type Body, type JsonFrame } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { FrameLink } from '../kit/frame-link.ts'
import type { Link } from '../link.ts'
import type { SpeakOptions } from '../speaker.ts'

/** Bytes of a line that a server may send: room for the names of a large community. */
const longestHeard = 1_048_576
/** Bytes of a line that a server takes; past it the server would hang up. */
const longestSaid = 65_536

export interface JsonListener {
  heard(header: string, body: Body): void
  garbage(problem: 'too-long' | 'malformed'): void
  ended(reason: string): void
}

/** Requests and their answers on one connection. */
export class JsonLink {
  readonly #frames: FrameLink<JsonFrame>
  #turn: Promise<unknown> = Promise.resolve()

  constructor(link: Link, wire: SpeakOptions['wire'], listener: JsonListener) {
    this.#frames = new FrameLink(link, {
      decoder: jsonCodec.decoder(() => longestHeard),
      notation: jsonNotation,
      heard: ({ header, body }) => listener.heard(header, isBody(body) ? body : {}),
      garbage: (problem) => listener.garbage(problem),
      ended: (reason) => listener.ended(reason),
      wire,
    })
  }

  send(header: string, body?: Body): void {
    this.#frames.send(jsonCodec.encode(body ? { header, body } : { header }))
  }

  /** The first frame of all. */
  async greeting(): Promise<void> {
    await this.#frames.ask(null, ({ header }) => {
      if (header === 'WELCOME') return true
      if (header === 'DSCN') return undefined
      const said = JSON.stringify(header.slice(0, 40))
      return new ChatError(
        'broken-server',
        `no json server: it greets with ${said} and not with WELCOME; check the port`,
      )
    })
  }

  /** A request that is answered at once. What `read` answers undefined to is somebody else's. */
  request<T>(
    header: string,
    body: Body | undefined,
    answer: string,
    read: (body: Body) => T | ChatError | undefined,
  ): Promise<T> {
    const bytes = jsonCodec.encode(body ? { header, body } : { header })
    if (bytes.length > longestSaid) return Promise.reject(tooLong())
    return this.#frames.ask(bytes, (frame) => {
      if (frame.header !== answer) return notUnderstood(header, frame)
      return isBody(frame.body)
        ? read(frame.body)
        : new ChatError('broken-server', `${answer} came without a JSON object`)
    })
  }

  /**
   * A request that is answered at once only when it is refused: a LIST_USERS_REQ goes behind it, and its answer says that
   * there was no refusal. One exchange at a time, because refusals do not name what they refuse.
   */
  exchange(header: string, body: Body, refused: (header: string, body: Body) => ChatError | undefined): Promise<void> {
    const line = jsonCodec.encode({ header, body })
    if (line.length > longestSaid) return Promise.reject(tooLong())
    return this.inTurn(async () => {
      this.#frames.send(line)
      await this.#frames.ask(jsonCodec.encode({ header: 'LIST_USERS_REQ' }), (frame) => {
        if (frame.header === 'LIST_USERS_RESP') return true
        const error = notUnderstood(header, frame) ?? refused(frame.header, isBody(frame.body) ? frame.body : {})
        if (error) this.#passOver('LIST_USERS_RESP')
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

  #passOver(header: string): void {
    this.#frames.ask(null, (frame) => (frame.header === header ? true : undefined)).catch(() => {})
  }
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
