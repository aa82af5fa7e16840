import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTranscript } from './parse.ts'
import { reportFailure } from './report.ts'
import type { PlacedFailure } from './verdict.ts'

const parsed = parseTranscript(
  'ident/sign-in/welcome.transcript',
  '# I-5: "exactly"\nann connects by ident\nann <- INIT <w>\n',
)
assert.ok(parsed.ok)
const transcript = parsed.value

const failure: PlacedFailure = {
  place: { line: 3, source: 'ann <- INIT <w>' },
  problem: 'ann heard something else than the transcript says',
  expected: ['ann <- INIT <w>'],
  heard: ['ann <- \x1b[2JOK '],
  meanings: [{ name: 'w', text: 'Welcome' }],
  conversation: ['ann connects by ident'],
}

const bytes = { expected: Buffer.from('INIT Wel\n'), received: Buffer.from('OK\n') }

test('a report says where, what was expected, what came, what it proves, and what was said before', () => {
  assert.equal(
    reportFailure({ ...transcript, meaning: 'Ask somebody.' }, { ...failure, bytes, aside: ['ann <- JOINED eve'] }),
    [
      'ident/sign-in/welcome.transcript:3: ann heard something else than the transcript says',
      '',
      'What the document or a ruling says:',
      '  I-5: "exactly"',
      '',
      'The conversation until then ("->" was sent to the server, "<-" came from it):',
      '  ann connects by ident',
      '',
      'It expects:',
      '  ann <- INIT <w>',
      '  where <w> stands for Welcome',
      '',
      'What came:',
      '  ann <- \\x1b[2JOK␠',
      '',
      'Byte for byte:',
      '  expected                                   came',
      '     0  49 4e 49 54 20 57 65 6c INIT Wel        0  4f 4b 0a                OK.',
      '        ^^                                         ^^',
      '     8  0a                      .',
      '  The first difference is at byte 0: "I" was expected, "O" came.',
      '',
      'That usually means:',
      '  Ask somebody.',
      '',
      'Set aside, because it concerns others on this server:',
      '  ann <- JOINED eve',
    ].join('\n'),
  )
})

test('a report of a long conversation shows its end, and names the line that was at fault', () => {
  const conversation = Array.from({ length: 20 }, (_, index) => `ann -> ${index}`)
  const heard = Array.from({ length: 20 }, (_, index) => `ann <- ${index}`)
  const report = reportFailure(transcript, { ...failure, expected: ['nothing'], heard, conversation })
  assert.match(report, /\nLine 3 of the transcript is:\n {2}ann <- INIT <w>\n/)
  assert.match(report, /ann <- 7\n {2}… 12 lines more$/)
  assert.match(report, /… 8 lines before\n {2}ann -> 8\n/)
  assert.match(report, /ann -> 19\n/)
})

test('a report of what is not about a line leaves out what it does not know', () => {
  const nothing = {
    ...failure,
    place: { line: 1, source: '' },
    expected: [],
    heard: [],
    meanings: [],
    conversation: [],
  }
  assert.equal(
    reportFailure(transcript, { ...nothing, problem: 'there is no protocol jsno' }),
    [
      'ident/sign-in/welcome.transcript:1: there is no protocol jsno',
      '',
      'What the document or a ruling says:',
      '  I-5: "exactly"',
    ].join('\n'),
  )
})
