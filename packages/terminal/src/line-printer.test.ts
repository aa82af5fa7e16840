import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { ConversationModel } from '@parley/client/conversations'
import { FakeStreams } from './fake-streams.ts'
import { LinePrinter } from './line-printer.ts'

const at = new Date(2026, 0, 2, 7, 5).getTime()

function printing({ times = false, canMove = true } = {}) {
  const streams = new FakeStreams()
  Object.assign(streams.output, { isTTY: true, columns: 20, rows: 5 })
  const model = new ConversationModel({ now: () => at })
  const printer = new LinePrinter(model, { streams, times, canMove })
  const typing = printer.read()
  return { streams, model, typing, close: () => typing.close() }
}

/** The rows that a terminal shows after these bytes. */
function shown(bytes: string, columns: number): readonly string[] {
  const rows: string[] = ['']
  let [x, y] = [0, 0]
  for (const [piece] of bytes.matchAll(/\u001b\[\??[\d;]*[A-Za-z]|[^\u001b]/g)) {
    const [, count = '', action] = /^\u001b\[\??(\d*)[\d;]*([A-Za-z])$/.exec(piece) ?? []
    if (action === 'A') y -= Number(count || 1)
    else if (action === 'B') y += Number(count || 1)
    else if (action === 'G') x = Number(count || 1) - 1
    else if (action === 'C') x += Number(count || 1)
    else if (action === 'D') x -= Number(count || 1)
    else if (action === 'J') {
      rows.length = y + 1
      rows[y] = (rows[y] ?? '').slice(0, x)
    } else if (action === 'K') rows[y] = (rows[y] ?? '').slice(0, x)
    else if (piece === '\r') x = 0
    else if (piece === '\n') [x, y] = [0, y + 1]
    else if (action === undefined) {
      if (x === columns) [x, y] = [0, y + 1]
      rows[y] = `${(rows[y] ?? '').slice(0, x).padEnd(x)}${piece}${(rows[y] ?? '').slice(x + 1)}`
      x++
    }
    while (rows.length <= y) rows.push('')
  }
  return rows.map((row) => stripVTControlCharacters(row).trimEnd())
}

test('what comes while somebody types stands above what they type, however long that is', () => {
  const { streams, model, typing, close } = printing()
  const lines: string[] = []
  typing.on('line', (line) => lines.push(line))
  streams.input.emit('keypress', '', { name: 'x' })
  typing.write('a text that is longer than a row is wide')
  model.broadcast('bob', 'hello')
  model.broadcast('carol', 'good morning')
  typing.write(', and goes on')
  model.broadcast('bob', 'yes')
  assert.deepEqual(
    shown(streams.written, 20).filter((row) => row !== ''),
    ['bob: hello', 'carol: good morning', 'bob: yes', 'a text that is longe', 'r than a row is wide', ', and goes on'],
  )
  typing.write(null, { name: 'return' })
  assert.deepEqual(lines, ['a text that is longer than a row is wide, and goes on'])
  close()
})

test('the time stands before each line where it is wanted', () => {
  const { streams, model, close } = printing({ times: true })
  model.broadcast('bob', 'hello')
  model.note('event', 'dave has left')
  assert.deepEqual(
    shown(streams.written, 80).filter((row) => row !== ''),
    ['07:05 bob: hello', '07:05 * dave has left'],
  )
  close()
})

test('a terminal whose cursor cannot be moved gets lines and nothing else', () => {
  const { streams, model, close } = printing({ canMove: false })
  model.broadcast('bob', 'hello')
  assert.equal(streams.written, 'bob: hello\n')
  close()
})
