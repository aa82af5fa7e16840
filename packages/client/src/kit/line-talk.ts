import { lineNotation, type Codec, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import type { Link } from '../link.ts'
import type { SpeakOptions } from '../speaker.ts'
import { FrameLink } from './frame-link.ts'

/** Bytes of a line, such as the names of everybody. */
const longestLine = 1_048_576
const goodbyeMs = 2_000
const shownCharacters = 200

export interface Exchange<T> {
  readonly lines: readonly string[]
  /** Undefined: this line is not the last of the answer. A ChatError rejects. */
  answer(line: WordLine): T | ChatError | undefined
  /** Whether a line belongs to the answer without ending it. */
  aside?(line: WordLine): boolean
}

/**
 * A connection of a line protocol whose refusals do not say what they refuse: so there is one exchange at a time, and each of them
 * ends before the next one begins.
 */
export class LineTalk {
  readonly #how: SpeakOptions
  readonly #codec: Codec<WordLine, string>
  readonly #frames: FrameLink<WordLine>
  readonly #ending = new AbortController()
  readonly #ended = Promise.withResolvers<void>()
  #turn: Promise<unknown> = Promise.resolve()
  #aside: ((line: WordLine) => boolean) | undefined

  constructor(link: Link, how: SpeakOptions, codec: Codec<WordLine, string>, hear: (line: WordLine) => void) {
    this.#how = how
    this.#codec = codec
    this.#frames = new FrameLink(link, {
      decoder: codec.decoder(() => longestLine),
      notation: lineNotation,
      clock: how.clock,
      heard: (line) => {
        if (!this.#aside?.(line)) hear(line)
      },
      garbage: (problem) => this.#garbage(problem),
      ended: (reason) => {
        this.#ending.abort(new ChatError('closed', reason))
        how.ended(reason)
        this.#ended.resolve()
      },
      ...(how.wire && { wire: (direction, line) => how.wire?.(direction, line) }),
    })
  }

  /** Aborted, with a ChatError as its reason, when the connection has ended. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  send(line: string): void {
    this.#frames.send(this.#codec.encode(line))
  }

  /** Waits for its turn. Rejects with what `answer` makes of a refusal, `timeout` or `closed`. */
  exchange<T>({ lines, answer, aside }: Exchange<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      this.#aside = aside
      try {
        return await this.#frames.ask(lines.length > 0 ? this.#codec.encode(lines.join('\n')) : null, answer)
      } finally {
        this.#aside = undefined
      }
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  strange({ word, rest }: WordLine): void {
    const line = rest === '' ? word : `${word} ${rest}`
    const shown = line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line
    this.#how.tell('strange', { problem: `the server should not have said "${shown}"` })
  }

  cut(reason: string): void {
    this.#frames.destroy(reason)
  }

  /** Says goodbye after what was asked before, and waits for the end, but not for long. */
  async leave(goodbye: string): Promise<void> {
    const cut = setTimeout(() => this.cut('closed here'), goodbyeMs)
    await this.#turn
    if (!this.#frames.over) {
      this.send(goodbye)
      this.#frames.end('closed here')
    }
    await this.#ended.promise
    clearTimeout(cut)
  }

  #garbage(problem: 'too-long' | 'malformed'): void {
    if (problem === 'malformed')
      return this.#how.tell('strange', { problem: 'the server sent a line that is no UTF-8' })
    const reason = `the server sent a line of more than ${longestLine} bytes`
    this.#how.tell('strange', { problem: reason })
    this.cut(reason)
  }
}
