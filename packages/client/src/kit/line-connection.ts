import { lineNotation, type Codec, type FrameProblem, type WordLine } from '@parley/protocols'
import type { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import type { Link } from '../link.ts'
import { FrameConnection } from './frame-connection.ts'

/** Bytes of a line, such as the names of everybody. */
const longestLine = 1_048_576
const shownCharacters = 200

export interface Exchange<T> {
  readonly lines: readonly string[]
  /** Undefined: this line is not the last of the reply. A ChatError rejects. */
  reply(line: WordLine): T | ChatError | undefined
  /** Whether a line belongs to the reply without ending it. */
  aside?(line: WordLine): boolean
}

/**
 * A connection of a line protocol whose refusals do not say what they refuse: so there is one
 * exchange at a time, and each of them ends before the next one begins.
 */
export class LineConnection {
  readonly context: ClientContext
  /** The name, once signed in as the server took it. */
  me: string
  readonly #codec: Codec<WordLine, string>
  readonly #frames: FrameConnection<WordLine>
  #aside: ((line: WordLine) => boolean) | undefined

  constructor(link: Link, context: ClientContext, codec: Codec<WordLine, string>) {
    this.context = context
    this.me = context.name
    this.#codec = codec
    this.#frames = new FrameConnection(
      link,
      context,
      codec.decoder(() => longestLine),
      lineNotation,
    )
  }

  /** Aborted, with a ChatError as its reason, when the connection has ended. */
  get ending(): AbortSignal {
    return this.#frames.ending
  }

  /** Begins to read. `hear` is given every line that belongs to no exchange. */
  listen(hear: (line: WordLine) => void): void {
    this.#frames.listen({
      heard: (line) => {
        if (!this.#aside?.(line)) hear(line)
      },
      garbage: (problem) => this.#garbage(problem),
    })
  }

  isMe(user: string): boolean {
    return user.toLowerCase() === this.me.toLowerCase()
  }

  send(line: string): void {
    this.#frames.send(this.#codec.encode(line))
  }

  /** Waits for its turn. Rejects with what `reply` makes of a refusal, `timeout` or `closed`. */
  exchange<T>({ lines, reply, aside }: Exchange<T>): Promise<T> {
    const { requests } = this.#frames
    return requests.inTurn(async () => {
      this.#aside = aside
      try {
        return await this.#frames.request(lines.length > 0 ? this.#codec.encode(lines.join('\n')) : null, reply)
      } finally {
        this.#aside = undefined
      }
    })
  }

  /** Tells of a line that the server should not have said now. */
  violation({ word, rest }: WordLine): void {
    const line = rest === '' ? word : `${word} ${rest}`
    const shown = line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line
    this.context.emit('protocol-violation', { problem: `the server should not have said "${shown}"` })
  }

  destroy(reason: string): void {
    this.#frames.destroy(reason)
  }

  /** Says goodbye after what was requested before. Resolves when the connection has ended. */
  leave(goodbye: string): Promise<void> {
    return this.#frames.leave(this.#codec.encode(goodbye))
  }

  #garbage(problem: FrameProblem): void {
    const { emit } = this.context
    if (problem === 'malformed')
      return emit('protocol-violation', { problem: 'the server sent a line that is no UTF-8' })
    const reason = `the server sent a line of more than ${longestLine} bytes`
    emit('protocol-violation', { problem: reason })
    this.destroy(reason)
  }
}
