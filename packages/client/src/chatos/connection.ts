import { chatosCodec, chatosNotation, type ChatosFrame } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import { FrameConnection } from '../kit/frame-connection.ts'
import type { Link } from '../link.ts'

/**
 * How long an OK may take that a server may leave out: the document does not say whether one comes
 * behind the relayed TCPAbort (C-7).
 */
const abortMs = 2_000

/**
 * The connection that a user is signed in on, as every feature finds it. A reply is an ERROR that
 * does not say what it replies to, so there is one request at a time. Where one is left out nothing
 * fits any more, and the connection is cut.
 */
export class ChatosConnection {
  readonly context: ClientContext
  readonly me: string
  readonly #frames: FrameConnection<ChatosFrame>
  #broken: ChatError | undefined

  constructor(link: Link, context: ClientContext) {
    this.context = context
    this.me = context.name
    this.#frames = new FrameConnection(
      link,
      context,
      chatosCodec.decoder(() => Infinity),
      chatosNotation,
    )
  }

  /** Aborted, with a ChatError as its reason, when the connection has ended. */
  get ending(): AbortSignal {
    return this.#frames.ending
  }

  /** Begins to read. `hear` is given every frame that is no reply. */
  listen(hear: (frame: ChatosFrame) => void): void {
    this.#frames.listen({ heard: hear, garbage: () => this.#garbage() })
  }

  /**
   * Runs when everything that was requested before has been replied to. What it requests comes one
   * behind the other.
   */
  inTurn<T>(exchange: () => Promise<T>): Promise<T> {
    return this.#frames.requests.inTurn(exchange)
  }

  /** The code of the ERROR that replies. To be called in turn. */
  async request(frame: ChatosFrame): Promise<number> {
    try {
      return await this.#frames.request(chatosCodec.encode(frame), codeOf)
    } catch (error) {
      if (error instanceof ChatError && error.code === 'timeout') this.destroy(error.message)
      throw this.#broken ?? error
    }
  }

  /**
   * Sends a TCPAbort; to be called in turn. Not every server says OK to it (C-7): where none comes
   * soon, none will, and it was taken: null. Otherwise the code of the ERROR that replies.
   */
  async abort(frame: ChatosFrame): Promise<number | null> {
    try {
      return await this.#frames.request(chatosCodec.encode(frame), codeOf, abortMs)
    } catch (error) {
      if (error instanceof ChatError && error.code === 'timeout') return null
      throw this.#broken ?? error
    }
  }

  /** Tells of something that the server should not have said. */
  violation(problem: string): void {
    this.context.emit('protocol-violation', { problem })
  }

  /**
   * Ends the connection after what was requested before. Resolves when the server has ended it,
   * too.
   */
  leave(): Promise<void> {
    return this.#frames.leave(null)
  }

  destroy(reason: string): void {
    this.#frames.destroy(reason)
  }

  #garbage(): void {
    const problem = 'the server sent bytes that are no chatos packet'
    this.#broken = new ChatError('broken-server', problem)
    this.violation(problem)
    this.destroy(problem)
  }
}

function codeOf(frame: ChatosFrame): number | undefined {
  return frame.op === 'ERROR' ? frame.code : undefined
}
