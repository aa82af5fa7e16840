import { render } from 'ink-testing-library'
import { createElement } from 'react'
import { stripVTControlCharacters } from 'node:util'
import type { FakeChat } from './fake-chat.ts'
import { Screen } from './screen.ts'
import { widthOf } from './text-rows.ts'

export interface ScreenUnderTest {
  readonly left: boolean
  /** As text, without colours. */
  frame(): string
  /** With colours. */
  raw(): string
  keys(...keys: readonly string[]): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  /** Resolves with the first frame that holds all of these. */
  shows(...texts: readonly string[]): Promise<string>
  frames(): number
  close(): void
}

export const key = {
  enter: '\r',
  tab: '\t',
  escape: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  pageUp: '\u001b[5~',
  pageDown: '\u001b[6~',
  control: (letter: string) => String.fromCharCode(letter.charCodeAt(0) & 31),
  paste: (text: string) => `\u001b[200~${text}\u001b[201~`,
} as const

/** For tests: the screen of a chat, drawn in memory. */
export async function screenOf(fake: FakeChat, columns = 80, rows = 24, colour = true): Promise<ScreenUnderTest> {
  let left = false
  const screen = render(createElement(Screen, { model: fake.view, colour, leave: () => (left = true) }))
  const raw = () => screen.lastFrame() ?? ''
  const frame = () => stripVTControlCharacters(raw())
  const resize = async (width: number, height: number) => {
    Object.defineProperties(screen.stdout, {
      columns: { value: width, configurable: true },
      rows: { value: height, configurable: true },
    })
    screen.stdout.emit('resize')
    await until(() => {
      const drawn = frame().split('\n')
      return (
        drawn.length === height && drawn.every((row) => widthOf(row) <= width) && widthOf(drawn[0] ?? '') > width / 2
      )
    })
  }
  await resize(columns, rows)
  return {
    get left() {
      return left
    },
    frame,
    raw,
    resize,
    keys: async (...keys) => {
      for (const each of keys) {
        screen.stdin.write(each)
        await turn()
      }
    },
    shows: async (...texts) => {
      if (await until(() => texts.every((text) => frame().includes(text)))) return frame()
      throw new Error(`not seen: ${texts.join(', ')}\n${frame()}`)
    },
    frames: () => screen.frames.length,
    close: () => {
      screen.unmount()
      screen.cleanup()
      fake.view.close()
    },
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
