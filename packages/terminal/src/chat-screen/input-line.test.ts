import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as edit from './input-line.ts'
import { widthOf } from './text-rows.ts'

const family = '👩‍👩‍👧'
/** The cursor stands where the bar is. */
const lineAt = (text: string): edit.InputLine => ({ text: text.replace('|', ''), cursor: text.indexOf('|') })
const shown = ({ text, cursor }: edit.InputLine) => `${text.slice(0, cursor)}|${text.slice(cursor)}`

function without(what: keyof typeof edit.spans, text: string): string {
  const line = lineAt(text)
  return shown(edit.erase(line, ...edit.spans[what](line)))
}

test('moving and erasing take whole characters as a reader sees them', () => {
  assert.equal(shown(edit.left(lineAt(`a${family}|b`))), `a|${family}b`)
  assert.equal(shown(edit.right(lineAt(`a|${family}b`))), `a${family}|b`)
  assert.equal(without('erase-forward', `a|${family}b`), 'a|b')
  assert.equal(without('erase-back', `a${family}|b`), 'a|b')
  assert.equal(edit.eraseLast(`a${family}`), 'a')
})

test('words, and the ends of each line', () => {
  const rows: readonly (readonly [keyof typeof edit.spans, string, string])[] = [
    ['kill-word-back', 'say hello  world |', 'say hello  |'],
    ['kill-word-forward', 'say| hello world', 'say| world'],
    ['kill-to-start', 'one |two', '|two'],
    ['kill-to-end', 'one |two', 'one |'],
    ['kill-to-start', 'one\ntwo| three', 'one\n| three'],
    ['kill-to-start', 'one\n|two', 'one|two'],
    ['kill-to-end', 'o|ne\ntwo', 'o|\ntwo'],
    ['kill-to-end', 'one|\ntwo', 'one|two'],
  ]
  for (const [what, before, after] of rows) assert.equal(without(what, before), after, `${what} ${before}`)
  assert.equal(shown(edit.wordLeft(lineAt('say hello  world |'))), 'say hello  |world ')
  assert.equal(shown(edit.wordRight(lineAt('one| two'))), 'one two|')
  assert.equal(shown(edit.home(lineAt('one\ntwo|'))), 'one\n|two')
  assert.equal(shown(edit.end(lineAt('|one\ntwo'))), 'one|\ntwo')
})

test('two characters change places, at the end the last two', () => {
  for (const [before, after] of [
    ['ab|cd', 'acb|d'],
    ['abcd|', 'abdc|'],
    [`a${family}|`, `${family}a|`],
    ['|ab', '|ab'],
    ['a|', 'a|'],
    ['one\n|two', 'one\n|two'],
    ['one\nt|', 'one\nt|'],
  ] as const) {
    assert.equal(shown(edit.transpose(lineAt(before))), after, before)
  }
})

test('the cursor goes up and down between lines, as far to the right as there is text', () => {
  assert.equal(shown(edit.above(lineAt('a longer one\ntwo thr|ee'))!), 'a longe|r one\ntwo three')
  assert.equal(shown(edit.below(lineAt('a longer| one\ntwo'))!), 'a longer one\ntwo|')
  assert.equal(shown(edit.below(lineAt(`a|b\n${family}`))!), `ab\n|${family}`)
  assert.equal(edit.above(lineAt('on|e\ntwo')), null)
  assert.equal(edit.below(lineAt('one\nt|wo')), null)
  assert.deepEqual(edit.linesIn(lineAt('one\ntw|o\n')), { lines: ['one', 'two', ''], row: 1, at: 2 })
})

test('what is inserted holds no control characters but line breaks and tabs, and has an end', () => {
  assert.equal(edit.insert(edit.emptyLine, 'a\u001b[2J\r\nb\rc\td').text, 'a[2J\nb\nc\td')
  const full = edit.insert(edit.emptyLine, 'x'.repeat(100_000))
  assert.ok(full.text.length <= edit.longest)
  assert.equal(full.cursor, full.text.length)
  assert.ok(!edit.hasRoom(full, 'x'))
})

test('a line that is too long is shown around the cursor', () => {
  const text = '0123456789'.repeat(5)
  for (let cursor = 0; cursor <= text.length; cursor++) {
    const { shown, at } = edit.windowOf({ text, cursor }, 12)
    assert.ok(widthOf(shown) < 12 && at < 12, `${cursor}: ${shown}`)
    assert.equal(shown[at], text[cursor])
  }
  assert.deepEqual(edit.windowOf(edit.lineOf('日本\t'), 12), { shown: '日本 ', at: 5 })
})
