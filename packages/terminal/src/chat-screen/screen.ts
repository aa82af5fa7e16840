import type { Clock } from '@parley/client'
import type { Streams } from '../streams.ts'
import { bindings, type Action, type Bindings } from './bindings.ts'
import { frameOf, helpScrolled, scrolled } from './frame.ts'
import { longest } from './input-line.ts'
import { KeyDecoder, type Typed } from './key-decoder.ts'
import { ScreenState, wheelRows } from './screen-state.ts'
import type { Terminal } from './terminal.ts'
import type { ViewModel } from './view-model.ts'

/** The most often that something is drawn: 30 times a second. */
const frameMs = 33
/** After an Esc: what comes later than this does not belong to it. A network may deliver the bytes of one key in two pieces. */
const escapeMs = 50
/** After that pause: bytes that came meanwhile are read before this is over, however busy the process was. */
const lateMs = 1
/** Cursor keys that come in one read, and nothing else: nobody presses so many at once. */
const fewestOfWheel = 3
/** Whoever is still running so long after being stopped was not stopped. */
const notStoppedMs = 100
/** A paste that stood still for so long has lost its end. */
const pasteMs = 5_000

export interface ScreenParts {
  readonly model: ViewModel
  readonly streams: Streams
  readonly terminal: Terminal
  readonly clock: Clock
  /** Default: those of the table. */
  readonly bindings?: Bindings
  leave(): void
  /** Stops the process until the shell continues it. The terminal is given back meanwhile. */
  suspend(): void
}

/** Keys in, frames out: between a terminal and the state of the screen. */
export class Screen {
  readonly #parts: ScreenParts
  readonly #state: ScreenState
  readonly #decoder = new KeyDecoder()
  readonly #forget: readonly (() => void)[]
  /** What came so far of a paste. */
  #pasted = ''
  #cancelSettling = () => {}
  #cancelDrawing = () => {}
  /** Drawn a moment ago: what changes now is drawn together, a little later. */
  #isResting = false
  #isStale = false
  #isClosed = false

  constructor(parts: ScreenParts) {
    this.#parts = parts
    const { model, streams, terminal, leave } = parts
    const scroll: ConstructorParameters<typeof ScreenState>[1]['scroll'] = (place, by) =>
      scrolled(model.view, this.#state, terminal.size, place, by)
    const scrollHelp = (top: number, by: number) => helpScrolled(model.view, this.#state, terminal.size, top, by)
    this.#state = new ScreenState(model, { leave, scroll, scrollHelp, bindings: parts.bindings ?? bindings })
    const typed = (bytes: Uint8Array) => this.#hear(this.#decoder.push(bytes))
    const draw = () => this.#changed()
    streams.input.on('data', typed)
    streams.output.on('resize', draw)
    this.#forget = [
      this.#state.subscribe(draw),
      model.subscribe(draw),
      () => void streams.input.off('data', typed),
      () => void streams.output.off('resize', draw),
    ]
  }

  open(): void {
    this.#parts.terminal.open()
    this.#parts.streams.input.resume()
    this.#draw()
  }

  /** The process was stopped and goes on: the shell has used the terminal meanwhile. */
  resume(): void {
    if (this.#isClosed) return
    this.#parts.terminal.close()
    this.open()
  }

  close(): void {
    this.#isClosed = true
    this.#cancelSettling()
    this.#cancelDrawing()
    for (const forget of this.#forget) forget()
    this.#parts.streams.input.pause()
    this.#parts.terminal.close()
  }

  #hear(all: readonly Typed[]): void {
    this.#cancelSettling()
    const wheel = wheelIn(all)
    if (wheel && this.#state.isWriting) this.#turn(wheel.action, wheel.rows)
    else for (const typed of all) this.#dispatch(typed)
    if (this.#isClosed) return
    const { clock } = this.#parts
    if (this.#decoder.isPasting) {
      this.#cancelSettling = clock.after(pasteMs, () => this.#hear(this.#decoder.endPaste()))
    } else if (this.#decoder.isOpen) {
      this.#cancelSettling = clock.after(escapeMs, () => {
        this.#cancelSettling = clock.after(lateMs, () => this.#hear(this.#decoder.settle()))
      })
    }
  }

  #turn(action: 'wheel-up' | 'wheel-down', rows: number): void {
    for (let left = rows; left > 0; left -= wheelRows) this.#perform(action)
  }

  #dispatch(typed: Typed): void {
    if (typed.kind === 'text') return this.#state.type(typed.text)
    if (typed.kind === 'paste') return this.#paste(typed.text, typed.isLast)
    if (typed.name === 'focus-in' || typed.name === 'focus-out') {
      this.#parts.model.look(typed.name === 'focus-in')
      return this.#changed()
    }
    const action = this.#state.display.bindings.get(typed.name)
    if (action) return this.#perform(action)
    // Esc, and right behind it something that has no meaning with Alt: both were meant.
    const [, character] = /^alt-([^])$/u.exec(typed.name) ?? []
    if (character === undefined) return
    this.#perform('escape')
    this.#state.type(character)
  }

  /** It comes in pieces and is one. More than a draft can hold is not kept: it is refused as a whole. */
  #paste(text: string, isLast: boolean): void {
    if (this.#pasted.length <= longest) this.#pasted += text
    if (!isLast) return
    const pasted = this.#pasted
    this.#pasted = ''
    this.#state.paste(pasted)
  }

  #perform(action: Action): void {
    const { terminal, suspend } = this.#parts
    if (action === 'redraw') {
      terminal.forget()
      this.#changed()
    } else if (action === 'suspend') {
      terminal.close()
      suspend()
      // Without a shell that could continue it, a process is not stopped.
      this.#parts.clock.after(notStoppedMs, () => this.resume())
    } else this.#state.perform(action)
  }

  #changed(): void {
    if (this.#isStale || this.#isClosed) return
    this.#isStale = true
    if (!this.#isResting) this.#cancelDrawing = this.#parts.clock.after(0, () => this.#draw())
  }

  #draw(): void {
    const { model, terminal, clock } = this.#parts
    this.#isStale = false
    this.#isResting = true
    terminal.draw(frameOf(model.view, this.#state, terminal.size))
    this.#cancelDrawing = clock.after(frameMs, () => {
      this.#isResting = false
      if (this.#isStale) this.#draw()
    })
  }
}

/**
 * A wheel that sends cursor keys, as it does below a `tmux` that leaves the mouse to the terminal: several at once. It scrolls messages, and what is being
 * written stays. null: those are keys.
 */
function wheelIn(all: readonly Typed[]): { readonly action: 'wheel-up' | 'wheel-down'; readonly rows: number } | null {
  if (all.length < fewestOfWheel) return null
  for (const name of ['up', 'down'] as const) {
    if (all.every((typed) => typed.kind === 'key' && typed.name === name)) {
      return { action: `wheel-${name}`, rows: all.length }
    }
  }
  return null
}
