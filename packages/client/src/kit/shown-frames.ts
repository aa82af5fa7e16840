import { joinBytes, type Notation } from '@parley/protocols'

/** Bytes that may wait to be shown as the rest of a line. */
const mostUnshown = 1_048_576
const none = new Uint8Array(0)

/** The bytes of a wire as lines of the protocol's notation, each way, for whoever looks. */
export class ShownFrames {
  readonly #notation: Notation
  readonly #show: (direction: 'sent' | 'received', line: string) => void
  /** The beginning of a frame that was not shown yet. */
  readonly #pending: Record<'sent' | 'received', Uint8Array> = { sent: none, received: none }

  constructor(notation: Notation, show: (direction: 'sent' | 'received', line: string) => void) {
    this.#notation = notation
    this.#show = show
  }

  add(direction: 'sent' | 'received', bytes: Uint8Array): void {
    const pending = joinBytes(this.#pending[direction], bytes)
    const { lines, used } = this.#notation.read(pending)
    this.#pending[direction] = pending.length - used > mostUnshown ? none : pending.slice(used)
    for (const line of lines) this.#show(direction, line)
  }
}
