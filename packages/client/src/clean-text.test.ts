import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanLine, cleanText, indented } from './clean-text.ts'

test('escapes, other control characters and turns of direction are dropped, and everything else stays', () => {
  const rows: [string, string][] = [
    ['\u001b[2Jgone\u001b]0;title\u0007', '[2Jgone]0;title'],
    ['a\u0000b\u0008c\u007fd\u009b31me', 'abcd31me'],
    ['one\r\ntwo\tthree', 'one\ntwo\tthree'],
    ['\u202egnp.exe\u202c \u2066x\u2069', 'gnp.exe x'],
    ['Grüße, 你好, שלום, 👩‍👩‍👧', 'Grüße, 你好, שלום, 👩‍👩‍👧'],
  ]
  for (const [sent, shown] of rows) assert.equal(cleanText(sent), shown)
  for (let code = 0; code < 0xa0; code++) {
    const kept = code === 9 || code === 10 || (code >= 0x20 && code < 0x7f)
    assert.equal(cleanText(String.fromCharCode(code)).length, kept ? 1 : 0, `U+${code.toString(16)}`)
  }
})

test('a name stays on its line, and the further lines of a message are indented', () => {
  assert.equal(cleanLine('al\nice\t\u2028x'), 'al ice x')
  assert.equal(indented('hi\nbob: I did it'), 'hi\n    bob: I did it')
})
