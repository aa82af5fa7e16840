import type { Streams } from '../streams.ts'
import type { Frame, Size } from './frame.ts'
import { hyperlink } from './links.ts'
import { lookOf, type Colours } from './palette.ts'
import type { Row } from './text-rows.ts'

const on = (...modes: readonly number[]) => modes.map((mode) => `\u001b[?${mode}h`).join('')
const off = (...modes: readonly number[]) => modes.map((mode) => `\u001b[?${mode}l`).join('')

const alternateScreen = 1049
/** What is wider than the terminal takes it to be must not run into the next row. */
const autowrap = 7
const cursorShown = 25
const bracketedPaste = 2004
/** The terminal tells when its window is looked at, and when another one is. */
const focusReports = 1004
/** A wheel that sends arrow keys would replace what is being written by something older. */
const wheelAsArrows = 1007
/** Buttons and wheel, as numbers. */
const mouse = [1000, 1006] as const
/** What stands between is drawn at once. */
const synchronized = 2026

export interface TerminalParts {
  readonly streams: Streams
  readonly colours: Colours
  /** Whether the wheel is asked for. Then text is selected with Shift held, or Option. */
  readonly mouse: boolean
}

/** A terminal that shows frames: it is taken over by `open` and given back by `close` as it was. Only what has changed is written. */
export class Terminal {
  readonly #parts: TerminalParts
  #isOpen = false
  /** What stands on the screen, row by row. */
  #drawn: readonly string[] = []
  #cursor: string | null = null
  /** What stands there without a frame; null: nothing. */
  #bare: string | null = null
  /** The frame that waits until the terminal has taken what came before. */
  #late: Frame | null = null

  constructor(parts: TerminalParts) {
    this.#parts = parts
  }

  get size(): Size {
    const { columns, rows } = this.#parts.streams.output
    return { columns: columns || 80, rows: rows || 24 }
  }

  open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    const { input, output } = this.#parts.streams
    input.setRawMode?.(true)
    const modes = on(alternateScreen, bracketedPaste, focusReports) + off(autowrap, cursorShown, wheelAsArrows)
    output.write(modes + (this.#parts.mouse ? on(...mouse) : ''))
    this.forget()
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#late = null
    const { input, output } = this.#parts.streams
    const modes =
      off(...mouse, focusReports, bracketedPaste, alternateScreen) + on(wheelAsArrows, autowrap, cursorShown)
    output.write(`\u001b[0m${modes}`)
    input.setRawMode?.(false)
  }

  /** Something that moves nothing on the screen. */
  tell(sequence: string): void {
    if (this.#isOpen) this.#parts.streams.output.write(sequence)
  }

  /** Nothing is known of what stands on the screen: the next frame is drawn as a whole. */
  forget(): void {
    this.#drawn = []
    this.#cursor = null
    if (this.#bare !== null) this.#bare = ''
  }

  draw(frame: Frame): void {
    const { output } = this.#parts.streams
    if (!this.#isOpen) return
    if (output.writableNeedDrain) {
      if (!this.#late) output.once('drain', () => this.#catchUp())
      this.#late = frame
      return
    }
    if (frame.bare) return this.#drawBare(frame.bare)
    if (this.#bare !== null) this.#endBare()
    const rows = frame.rows.map((row) => paint(row, this.#parts.colours))
    const isNew = this.#drawn.length !== rows.length
    const changed = rows
      .map((row, y) => (isNew || row !== this.#drawn[y] ? `\u001b[${y + 1};1H\u001b[0m\u001b[2K${row}` : ''))
      .join('')
    const cursor = frame.cursor === null ? '' : `\u001b[${frame.cursor.y + 1};${frame.cursor.x + 1}H${on(cursorShown)}`
    if (changed === '' && cursor === this.#cursor) return
    this.#drawn = rows
    this.#cursor = cursor
    const start = isNew ? '\u001b[0m\u001b[2J' : ''
    output.write(`${on(synchronized)}${off(cursorShown)}${start}${changed}${cursor}${off(synchronized)}`)
  }

  /** The terminal breaks the lines, and the mouse is its own: what is copied has no breaks and no blanks that were not written. */
  #drawBare(lines: readonly string[]): void {
    // A terminal adds the row that a line ends in to the next one where that is not begun anew.
    const text = lines.map((line) => line.replaceAll('\n', '\r\n')).join('\r\n')
    if (text === this.#bare) return
    this.#bare = text
    const { output } = this.#parts.streams
    output.write(`${off(...mouse, cursorShown)}\u001b[0m\u001b[H\u001b[2J${on(autowrap)}${text}${off(autowrap)}`)
  }

  #endBare(): void {
    this.#bare = null
    if (this.#parts.mouse) this.#parts.streams.output.write(on(...mouse))
    this.forget()
  }

  #catchUp(): void {
    const late = this.#late
    this.#late = null
    if (late) this.draw(late)
  }
}

/** A row as a terminal is given it. */
function paint(row: Row, colours: Colours): string {
  return row
    .map(({ text, tone, link }) => {
      const look = lookOf(tone, colours)
      const shown = link === undefined ? text : hyperlink(link, text)
      return look === '' ? shown : `\u001b[${look}m${shown}\u001b[0m`
    })
    .join('')
}
