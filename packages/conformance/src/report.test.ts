import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTranscript } from './parse.ts'
import { reportFailure } from './report.ts'
import type { Failure } from './verdict.ts'

const parsed = parseTranscript(
  'ident/sign-in.transcript',
  '# I-5: "exactly"\nprotocol ident\nC1 opens\nS -> C1: INIT <w>\n',
)
assert.ok(parsed.ok)
const transcript = parsed.value

const failure: Failure = {
  place: { line: 4, source: 'S -> C1: INIT <w>' },
  problem: 'C1 heard something else',
  wanted: ['S -> C1: INIT <w>'],
  got: ['S -> C1: \x1b[2JOK '],
  meanings: [{ name: 'w', text: 'Welcome' }],
  conversation: ['C1 opens ident'],
}

test('a report says where, what was wanted, what came, and what was said before', () => {
  assert.equal(
    reportFailure(transcript, failure),
    [
      'ident/sign-in.transcript:4: C1 heard something else',
      '  proves  I-5: "exactly"',
      '  wanted  S -> C1: INIT <w>',
      '  where   <w> is Welcome',
      '  got     S -> C1: \\x1b[2JOK␠',
      '  the conversation until then:',
      '    C1 opens ident',
    ].join('\n'),
  )
})

test('a report of a long conversation shows its end, and names the line that was at fault', () => {
  const conversation = Array.from({ length: 20 }, (_, index) => `C1 -> S: ${index}`)
  const got = Array.from({ length: 20 }, (_, index) => `S -> C1: ${index}`)
  const report = reportFailure(transcript, { ...failure, wanted: ['nothing'], got, conversation })
  assert.match(report, /\n {2}at {6}S -> C1: INIT <w>\n/)
  assert.match(report, /S -> C1: 7\n {10}… 12 lines more\n/)
  assert.match(report, /… 8 lines before\n {4}C1 -> S: 8\n/)
  assert.match(report, /C1 -> S: 19$/)
})
