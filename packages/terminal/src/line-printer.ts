import { clearScreenDown, createInterface, cursorTo, moveCursor, type Interface } from 'node:readline'
import type { ConversationModel, Line } from '@parley/client/conversations'
import { plainLine } from './chat-model/plain-line.ts'
import type { Streams } from './streams.ts'

export interface PrinterOptions {
  readonly streams: Streams
  /** The time stands before each line. */
  readonly times: boolean
  /** The cursor can be moved: `TERM` is not `dumb`. */
  readonly canMove: boolean
}

/**
 * Prints every line of the model as it comes, but for what this user said to everybody, which is on the screen or in the script already. On a terminal a
 * line never lands in the middle of what is being typed: that is taken away, and stands below the line again.
 */
export class LinePrinter {
  readonly #options: PrinterOptions
  #typing: Interface | null = null

  constructor(model: ConversationModel, options: PrinterOptions) {
    this.#options = options
    for (const line of model.lines) this.#print(line)
    model.subscribe((line) => line && this.#print(line))
  }

  /** What is typed, line by line. */
  read(): Interface {
    const { streams, canMove } = this.#options
    const { input, output } = streams
    const isTerminal = canMove && input.isTTY === true && output.isTTY === true
    if (!isTerminal) return createInterface({ input, crlfDelay: Infinity })
    const typing = createInterface({ input, output, terminal: true, prompt: '', historySize: 500 })
    this.#typing = typing
    typing.once('close', () => (this.#typing = null))
    // The first ^C clears what is typed, as everywhere else in the chat; the next one leaves.
    typing.on('SIGINT', () => {
      if (typing.line === '') typing.close()
      else typing.write(null, { ctrl: true, name: 'u' })
    })
    return typing
  }

  #print(line: Line): void {
    if (line.kind === 'broadcast' && line.mine) return
    const { streams, times } = this.#options
    const text = `${times ? `${clock(line.at)} ` : ''}${plainLine(line)}\n`
    if (this.#typing) above(this.#typing, streams.output, text)
    else streams.output.write(text)
  }
}

/** Writes the text where the typing was, and the typing below it. */
function above(typing: Interface, output: Streams['output'], text: string): void {
  moveCursor(output, 0, -typing.getCursorPos().rows)
  cursorTo(output, 0)
  clearScreenDown(output)
  output.write(text)
  // readline would go up by the rows that the typing had before.
  Object.assign(typing, { prevRows: 0 })
  typing.prompt(true)
}

function clock(at: number): string {
  const date = new Date(at)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}
