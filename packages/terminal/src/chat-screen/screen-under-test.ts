import { systemClock, type Clock } from '@parley/client'
import { stripVTControlCharacters } from 'node:util'
import { FakeStreams } from '../fake-streams.ts'
import type { FakeChat } from './fake-chat.ts'
import { defaultColours } from './palette.ts'
import { Screen } from './screen.ts'
import { Terminal } from './terminal.ts'

export interface ScreenUnderTest {
  readonly left: boolean
  readonly suspended: number
  readonly screen: Screen
  /** As text, without colours. */
  frame(): string
  /** With colours. */
  raw(): string
  /** All that was written to the terminal, modes included. */
  written(): string
  keys(...keys: readonly string[]): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  /** Resolves with the first frame that holds all of these. */
  shows(...texts: readonly string[]): Promise<string>
  /** Resolves with the first frame that holds none of these. */
  hides(...texts: readonly string[]): Promise<string>
  frames(): number
  close(): void
}

export const key = {
  enter: '\r',
  tab: '\t',
  escape: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  left: '\u001b[D',
  pageUp: '\u001b[5~',
  pageDown: '\u001b[6~',
  wheelUp: '\u001b[<64;5;5M',
  wheelDown: '\u001b[<65;5;5M',
  control: (letter: string) => String.fromCharCode(letter.charCodeAt(0) & 31),
  alt: (character: string) => `\u001b${character}`,
  paste: (text: string) => `\u001b[200~${text}\u001b[201~`,
} as const

interface ScreenOptions {
  readonly columns?: number
  readonly rows?: number
  readonly colour?: boolean
  readonly clock?: Clock
}

/** For tests: the screen of a chat, drawn in memory. */
export async function screenOf(
  fake: FakeChat,
  { columns = 80, rows = 24, colour = true, clock = systemClock }: ScreenOptions = {},
): Promise<ScreenUnderTest> {
  let left = false
  let suspended = 0
  let written = ''
  const streams = new FakeStreams({ typed: [] })
  const output = Object.assign(streams.output, { columns, rows })
  const drawn: string[] = []
  let frames = 0
  output.on('data', (bytes: Buffer) => {
    written += String(bytes)
    frames += String(bytes).split('\u001b[?2026h').length - 1
    rowsIn(String(bytes), drawn)
  })
  const terminal = new Terminal({ streams, colours: { ...defaultColours, on: colour }, mouse: true })
  const screen = new Screen({
    model: fake.view,
    streams,
    terminal,
    clock,
    leave: () => (left = true),
    suspend: () => suspended++,
  })
  const raw = () => drawn.slice(0, output.rows).join('\n')
  const frame = () => stripVTControlCharacters(raw())
  const resize = async (width: number, height: number) => {
    Object.assign(output, { columns: width, rows: height })
    output.emit('resize')
    await until(() => drawn.length === height)
  }
  screen.open()
  await turn()
  return {
    get left() {
      return left
    },
    get suspended() {
      return suspended
    },
    screen,
    frame,
    raw,
    written: () => written,
    resize,
    keys: async (...keys) => {
      for (const each of keys) {
        streams.input.write(each)
        await turn()
      }
    },
    shows: async (...texts) => {
      if (await until(() => texts.every((text) => frame().includes(text)))) return frame()
      throw new Error(`not seen: ${texts.join(', ')}\n${frame()}`)
    },
    hides: async (...texts) => {
      if (await until(() => !texts.some((text) => frame().includes(text)))) return frame()
      throw new Error(`still seen: ${texts.join(', ')}\n${frame()}`)
    },
    frames: () => frames,
    close: () => {
      screen.close()
      fake.view.close()
    },
  }
}

/** Puts the rows that are drawn by these bytes where they belong. */
function rowsIn(bytes: string, drawn: string[]): void {
  if (bytes.includes('\u001b[2J')) drawn.length = 0
  for (const [, y = '1', row = ''] of bytes.matchAll(
    /\u001b\[(\d+);1H\u001b\[0m\u001b\[2K([^]*?)(?=\u001b\[\d+;\d+H|\u001b\[\?|$)/g,
  )) {
    drawn[Number(y) - 1] = row
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** false: it did not become true. */
async function until(isTrue: () => boolean): Promise<boolean> {
  for (const deadline = performance.now() + 2_000; performance.now() < deadline;) {
    if (isTrue()) return true
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return isTrue()
}
