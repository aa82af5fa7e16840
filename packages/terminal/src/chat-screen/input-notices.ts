import { linesIn } from './input-line.ts'
import type { ScreenState } from './screen-state.ts'
import { cut, fit, span, wrap, type Row, type Tone } from './text-rows.ts'
import type { View } from './view.ts'

/** What is to be known about what is being written and sent, the most urgent first. */
export function inputNotices(view: View, state: ScreenState, width: number): readonly Row[] {
  const { leavingNotice } = state.writing
  const leaving = leavingNotice === null ? [] : wrap(leavingNotice, width - 2).slice(0, 2)
  const { length } = linesIn(state.input).lines
  return [
    ...leaving.map((text) => row(text, 'warning', width)),
    ...(view.waiting > 0 ? [row(waiting(view), 'warning', width)] : []),
    ...(length > 1 ? [row(`${length} lines: Enter sends each as a message · ^C clears`, 'quiet', width)] : []),
  ]
}

function row(text: string, tone: Tone, width: number): Row {
  return fit([span(cut(` ${text}`, width), tone)], width)
}

function waiting({ waiting: count, connection }: View): string {
  const what = `${count} ${count === 1 ? 'message' : 'messages'}`
  if (connection.is === 'connected') return `${what} ${count === 1 ? 'waits' : 'wait'} to be sent · Esc stops`
  if (connection.is === 'closed') return `${what} not sent: the conversation has ended · Esc takes back`
  return `${what} unsent until connected · Esc takes back · /discard drops`
}
