import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadTranscripts } from './load.ts'
import { parseTranscript } from './parse.ts'

function parse(...lines: string[]) {
  const parsed = parseTranscript('t', lines.join('\n'))
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.problems))
  return parsed.value
}

function problems(...lines: string[]): readonly string[] {
  const parsed = parseTranscript('t', ['# I-1', 'protocol ident', ...lines].join('\n'))
  return parsed.ok ? [] : parsed.problems.map(({ line, problem }) => `${line}: ${problem}`)
}

test('what the operator must provide is read from the lines above the conversation', () => {
  const transcript = parse(
    '# helo.txt, 2: "a sentence"',
    '# H-1',
    '',
    'protocol helo group-prefix=on welcome="Welcome to 1.5"',
    'also cp broadcasts=off',
    'setting limits.signInSeconds 5',
    'setting limits.messageRate {"burst": 2, "perSecond": 1}',
    'account Dolce "se cret12"',
    '# not on top any more',
    'C1 opens',
    'C2 opens cp',
  )
  assert.deepEqual(transcript.proves, ['helo.txt, 2: "a sentence"', 'H-1'])
  assert.deepEqual(transcript.listeners, [
    { protocol: 'helo', options: { 'group-prefix': 'on', welcome: 'Welcome to 1.5' } },
    { protocol: 'cp', options: { broadcasts: 'off' } },
  ])
  assert.deepEqual(transcript.settings, [
    { path: 'limits.signInSeconds', value: 5 },
    { path: 'limits.messageRate', value: { burst: 2, perSecond: 1 } },
  ])
  assert.deepEqual(transcript.accounts, [{ name: 'Dolce', password: 'se cret12' }])
  assert.deepEqual(
    transcript.steps.map((step) => step.kind === 'opens' && [step.line, step.client, step.protocol]),
    [
      [10, 'C1', 'helo'],
      [11, 'C2', 'cp'],
    ],
  )
})

test('every kind of line of a conversation is read', () => {
  const { steps } = parse(
    '# X-1\r',
    'protocol ident\r',
    'ann_1 opens\r',
    'C1 opens at 4711',
    'S -> C1: READY <port> <<x> : y ',
    'C2 opens ident at <port>',
    'C1 -> S: BCST  two: blanks ',
    'C1 -> S: raw "a\\r\\nb\\u00e9"',
    'C1 -> S: hex 01 00FF',
    'S -> C1: hex 08 01',
    'S -> C1:',
    'unordered',
    '  S -> C1: b',
    '  S -> C2: [closed]',
    'end',
    '+3s',
    '+200ms',
    '+1.5s',
    'C1 ends',
    'S -> C1: [closed]',
    'ann_1 closes',
    'S kills',
    'ann_1 opens',
    'ann_1 resets',
    'S restarts',
  )
  const at = (line: number) => steps.find((step) => step.line === line)!
  const wants = (line: number) => {
    const step = at(line)
    return step.kind === 'hears' ? step.wants.map((want) => [want.line, want.client, want.payload]) : undefined
  }
  const payload = (line: number) => {
    const step = at(line)
    return step.kind === 'writes' && step.payload
  }
  assert.deepEqual(at(4), {
    line: 4,
    source: 'C1 opens at 4711',
    kind: 'opens',
    client: 'C1',
    protocol: 'ident',
    at: '4711',
  })
  assert.deepEqual(wants(5), [[5, 'C1', { form: 'notation', text: 'READY <port> <<x> : y ' }]])
  assert.deepEqual(payload(7), { form: 'notation', text: 'BCST  two: blanks ' })
  assert.deepEqual(payload(8), { form: 'bytes', bytes: Uint8Array.of(97, 13, 10, 98, 0xc3, 0xa9) })
  assert.deepEqual(payload(9), { form: 'bytes', bytes: Uint8Array.of(1, 0, 255) })
  assert.deepEqual(wants(10), [[10, 'C1', { form: 'bytes', bytes: Uint8Array.of(8, 1) }]])
  assert.deepEqual(wants(11), [[11, 'C1', { form: 'notation', text: '' }]])
  assert.deepEqual(wants(12), [
    [13, 'C1', { form: 'notation', text: 'b' }],
    [14, 'C2', { form: 'closed' }],
  ])
  assert.deepEqual(
    steps.slice(-10).map((step) => ('ms' in step ? step.ms : 'how' in step ? step.how : step.kind)),
    [3_000, 200, 1_500, 'ends', 'hears', 'closes', 'kill', 'opens', 'resets', 'stop'],
  )
})

test('every line that is wrong is named with its number', () => {
  assert.deepEqual(
    problems('C1 opens', 'C1 says hi', 'C1 -> S: hex 0', 'C1 -> S: raw hi', 'S opens', 'S -> S: x', 'setting a 1'),
    [
      '4: this is neither something said, nor an event, nor a time that passes',
      '5: expected "hex" and pairs of hexadecimal digits',
      '6: expected "raw" and a JSON string that is not empty',
      '7: this is neither something said, nor an event, nor a time that passes',
      '8: S is the server; a client needs another name',
      '9: what the server must provide stands above the conversation',
    ],
  )
  const top = parseTranscript('t', 'protocol\nalso cp\nalso cp\nsetting x\naccount ann secret\n')
  assert.deepEqual(!top.ok && top.problems.map(({ line }) => line), [1, 1, 1, 1, 1, 4, 5])
})

test('a client speaks and hears only between its opening and its end', () => {
  assert.deepEqual(problems('C1 -> S: x', 'S -> C2: x'), ['3: C1 must open first', '4: C2 must open first'])
  assert.deepEqual(problems('C1 opens', 'C1 opens'), ['4: C1 is open already'])
  assert.deepEqual(problems('C1 opens', 'C1 ends', 'S -> C1: x', 'C1 -> S: x'), [
    '6: C1 has ended its connection and must open again first',
  ])
  assert.deepEqual(problems('C1 opens', 'C1 resets', 'S -> C1: x', 'C1 closes', 'C1 opens'), [
    '5: C1 hears nothing any more',
    '6: C1 has no connection',
  ])
  assert.deepEqual(problems('C1 opens', 'S kills', 'S -> C1: x', 'C1 -> S: x'), [
    '6: C1 has ended its connection and must open again first',
  ])
  assert.deepEqual(problems('C1 opens', 'S -> C1: [closed]', 'C1 -> S: half of a tunnel', 'C1 closes', 'C1 opens'), [])
})

test('a placeholder is said only after it was heard', () => {
  assert.deepEqual(problems('C1 opens', 'C1 -> S: <x>', 'S -> C1: <x>', 'C1 -> S: <x>'), [
    '4: <x> stands for nothing yet: nobody has heard it',
  ])
})

test('an unordered block holds lines from the server and has an end', () => {
  assert.deepEqual(problems('C1 opens', 'unordered', 'C1 -> S: x', 'S -> C1: x'), [
    '4: this unordered block has no end',
    '5: an unordered block holds lines from the server only',
  ])
  assert.deepEqual(problems('C1 opens', 'end', 'unordered', 'end'), [
    '4: there is no unordered block to end',
    '5: this unordered block is empty',
  ])
})

test('protocols are named above, and one sentence must say what is proved', () => {
  assert.deepEqual(problems('C1 opens cp'), ['3: this protocol is named neither by "protocol" nor by "also"'])
  assert.deepEqual(problems('also ident', 'C1 opens'), ['1: ident has two listeners'])
  const silent = parseTranscript('t', 'protocol ident\nC1 opens')
  assert.deepEqual(!silent.ok && silent.problems.map(({ problem }) => problem), [
    'a comment on top must quote what this transcript proves',
  ])
})

test('the transcripts of a directory come in alphabetical order, and wrong ones are all named', () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-transcripts-'))
  try {
    for (const folder of ['ident', 'bridges']) mkdirSync(join(directory, folder))
    const good = '# I-1\nprotocol ident\nC1 opens\n'
    writeFileSync(join(directory, 'ident', 'b.transcript'), good)
    writeFileSync(join(directory, 'ident', 'a.transcript'), good)
    writeFileSync(join(directory, 'ident', 'notes.txt'), 'no transcript')
    writeFileSync(join(directory, 'bridges', 'z.transcript'), good)
    assert.deepEqual(
      loadTranscripts(directory).map(({ file }) => file),
      ['bridges/z.transcript', 'ident/a.transcript', 'ident/b.transcript'],
    )
    writeFileSync(join(directory, 'ident', 'c.transcript'), `${good}C1 jumps\n`)
    assert.throws(() => loadTranscripts(directory), /^Error: ident\/c\.transcript:4: this is neither/)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
