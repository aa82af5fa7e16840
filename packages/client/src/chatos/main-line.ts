import { chatosCodec, chatosNotation, type ChatosFrame } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { FrameLink } from '../kit/frame-link.ts'
import type { Link } from '../link.ts'
import type { SpeakOptions } from '../speaker.ts'
import type { Patience } from './patience.ts'

const nothing = new Uint8Array(0)

/**
 * The connection that a user is signed in on. An answer is an ERROR that does not say what it answers, so there is one request at a
 * time; where one is left out, nothing fits any more, and the connection is cut.
 */
export class MainLine {
  readonly #frames: FrameLink<ChatosFrame>
  readonly #how: SpeakOptions
  readonly #patience: Patience
  readonly #ending = new AbortController()
  #turn: Promise<unknown> = Promise.resolve()
  #broken: ChatError | undefined

  constructor(link: Link, how: SpeakOptions, patience: Patience, hear: (frame: ChatosFrame) => void) {
    this.#how = how
    this.#patience = patience
    this.#frames = new FrameLink(link, {
      decoder: chatosCodec.decoder(() => Infinity),
      notation: chatosNotation,
      clock: how.clock,
      heard: hear,
      garbage: () => this.#garbage(),
      ended: (reason) => {
        this.#ending.abort(new ChatError('closed', reason))
        how.ended(reason)
      },
      ...(how.wire && { wire: (direction, line) => how.wire?.(direction, line) }),
    })
  }

  /** Aborted, with a ChatError as its reason, when the connection has ended. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  /** Runs when everything that was asked before has been answered; what it asks comes one behind the other. */
  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run)
    this.#turn = turn.catch(() => {})
    return turn
  }

  /** The code of the ERROR that answers. To be called in turn. */
  async ask(frame: ChatosFrame): Promise<number> {
    return this.#await(this.#frames.ask(chatosCodec.encode(frame), codeOf, this.#patience.answer))
  }

  /**
   * Sends a TCPAbort; to be called in turn. Not every server says OK to it (C-7): where none comes soon, none will, and it was taken: null.
   * Otherwise the code of the ERROR that answers.
   */
  async abort(frame: ChatosFrame): Promise<number | null> {
    try {
      return await this.#frames.ask(chatosCodec.encode(frame), codeOf, this.#patience.abort)
    } catch (error) {
      if (error instanceof ChatError && error.code === 'timeout') return null
      throw this.#broken ?? error
    }
  }

  strange(problem: string): void {
    this.#how.tell('strange', { problem })
  }

  /** There is no farewell (C-13). What was asked before is waited for, and the server's end of the connection, but not for long. */
  async quit(): Promise<void> {
    const late = setTimeout(() => this.cut('closed here'), this.#patience.quit)
    await this.#turn
    await this.#frames.quit(nothing)
    clearTimeout(late)
  }

  cut(reason: string): void {
    this.#frames.destroy(reason)
  }

  async #await(answer: Promise<number>): Promise<number> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof ChatError && error.code === 'timeout') this.cut(error.message)
      throw this.#broken ?? error
    }
  }

  #garbage(): void {
    const problem = 'the server sent bytes that are no chatos packet'
    this.#broken = new ChatError('broken-server', problem)
    this.strange(problem)
    this.cut(problem)
  }
}

function codeOf(frame: ChatosFrame): number | undefined {
  return frame.op === 'ERROR' ? frame.code : undefined
}
