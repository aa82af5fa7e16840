import { Box, Text, useCursor, useInput, usePaste, useWindowSize } from 'ink'
import { createElement as h, useEffect, useMemo, useReducer, useRef, type ReactNode } from 'react'
import { frameOf, scrolled, type Size } from './frame.ts'
import { pressOf } from './keys.ts'
import { lookOf } from './palette.ts'
import { ScreenState, type Press } from './screen-state.ts'
import type { Row } from './text-rows.ts'
import type { ViewModel } from './view-model.ts'

/** The most often that what others do is drawn: 30 times a second. */
const frameMs = 33

export interface ScreenProps {
  readonly model: ViewModel
  readonly colour: boolean
  leave(): void
}

export function Screen({ model, colour, leave }: ScreenProps): ReactNode {
  const size = useRef<Size>({ columns: 80, rows: 24 })
  const { columns, rows } = useWindowSize()
  size.current = { columns, rows }
  const [, draw] = useReducer((count: number) => count + 1, 0)
  const state: ScreenState = useMemo(
    () =>
      new ScreenState(model, {
        leave,
        scroll: (place, by): ReturnType<typeof scrolled> => scrolled(model.view, state, size.current, place, by),
      }),
    [model, leave],
  )
  useEffect(() => state.subscribe(draw), [state])
  useEffect(() => drawSometimes(model, draw), [model])
  useInput((input, key) => {
    if (key.ctrl && (input === 'c' || (input === 'd' && state.input.text === ''))) return leave()
    if (key.ctrl && (input === 'y' || input === 'x')) return state.answerFirst(input === 'y')
    if (key.ctrl && input === 'n') return state.openUnread()
    const press = pressOf(input, key)
    if (press) state.press(press)
    else if (!key.ctrl && !key.meta && input !== '') typeChunk(state, input)
  })
  usePaste((text) => state.paste(text))
  const frame = frameOf(model.view, state, { columns, rows })
  const { setCursorPosition } = useCursor()
  setCursorPosition(frame.cursor ?? undefined)
  return h(
    Box,
    { flexDirection: 'column', width: columns, height: rows },
    frame.rows.map((row, i) => h(RowText, { key: i, row, colour })),
  )
}

function RowText({ row, colour }: { readonly row: Row; readonly colour: boolean }): ReactNode {
  return h(
    Text,
    { wrap: 'truncate' },
    row.map(({ text, tone }, i) => h(Text, { key: i, ...lookOf(tone, colour) }, text)),
  )
}

const single: Readonly<Record<string, Press>> = {
  '\t': 'tab',
  '\r': 'enter',
  '\b': 'erase-back',
  '\u007f': 'erase-back',
}

/**
 * Keys that are pressed fast arrive as one piece. A line break within it is no key: a terminal without bracketed paste hands over whole texts so, and
 * nobody wants them sent line by line unasked.
 */
function typeChunk(state: ScreenState, input: string): void {
  if (/[\r\n]+[^\r\n]/.test(input)) return state.paste(input)
  for (const part of input.replace(/[\r\n]+$/, '\r').split(/([\t\r\b\u007f])/)) {
    const press = single[part]
    if (press) state.press(press)
    else if (part !== '') state.type(part)
  }
}

/** At once after a pause, and otherwise as often as a frame: a storm of messages is drawn together. */
function drawSometimes(model: ViewModel, draw: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  let last = 0
  const run = () => {
    timer = undefined
    last = performance.now()
    draw()
  }
  const forget = model.subscribe(() => {
    timer ??= setTimeout(run, Math.max(0, frameMs - (performance.now() - last)))
  })
  return () => {
    forget()
    clearTimeout(timer)
  }
}
