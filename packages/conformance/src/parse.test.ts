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
  const parsed = parseTranscript('t', ['# I-1', '', ...lines].join('\n'))
  return parsed.ok ? [] : parsed.problems.map(({ line, problem }) => `${line}: ${problem}`)
}

test('what the operator must provide is read from the lines above the conversation', () => {
  const transcript = parse(
    '# helo.txt, 2: "a sentence"',
    '# H-1',
    '',
    'protocol helo group-prefix=on welcome="Welcome to 1.5"',
    'setting limits.signInSeconds 5',
    'setting limits.messageRate {"burst": 2, "perSecond": 1}',
    'account Dolce "se cret12"',
    '# not on top any more',
    'ann connects by cp',
    'bob connects by helo',
  )
  assert.deepEqual(transcript.proves, ['helo.txt, 2: "a sentence"', 'H-1'])
  assert.deepEqual(transcript.listeners, [
    { protocol: 'helo', options: { 'group-prefix': 'on', welcome: 'Welcome to 1.5' } },
    { protocol: 'cp', options: {} },
  ])
  assert.deepEqual(transcript.settings, [
    { path: 'limits.signInSeconds', value: 5 },
    { path: 'limits.messageRate', value: { burst: 2, perSecond: 1 } },
  ])
  assert.deepEqual(transcript.accounts, [{ name: 'Dolce', password: 'se cret12' }])
  assert.deepEqual(
    transcript.steps.map((step) => step.kind === 'connects' && [step.line, step.actor, step.protocol]),
    [
      [9, 'ann', 'cp'],
      [10, 'bob', 'helo'],
    ],
  )
})

test('every kind of line of a conversation is read', () => {
  const { steps } = parse(
    '# X-1\r',
    'ann_1 connects by ident\r',
    'ann connects by ident at 4711',
    'ann <- READY <port> <<x> : y ',
    'bob-file connects by ident at <port>',
    'ann -> BCST  two: blanks ',
    'ann -> raw "a\\r\\nb\\u00e9"',
    'ann -> hex 01 00FF',
    'ann <- hex 08 01',
    'ann <-',
    'ann, ann_1 <- to both',
    'unordered',
    '  ann <- b',
    '  bob-file, ann_1 <- [closed]',
    'end',
    '+3s',
    '+200ms',
    '+1.5s',
    'ann ends',
    'ann <- [closed]',
    'ann_1 closes',
    'the server is killed',
    'ann_1 connects by ident',
    'ann_1 resets',
    'the server restarts',
  )
  const at = (line: number) => steps.find((step) => step.line === line)!
  const expectations = (line: number) =>
    steps.flatMap((step) => {
      if (step.line !== line || step.kind !== 'hears') return []
      return step.expectations.map((each) => [each.line, each.actor, each.payload])
    })
  const payload = (line: number) => {
    const step = at(line)
    return step.kind === 'writes' && step.payload
  }
  assert.deepEqual(at(3), {
    line: 3,
    source: 'ann connects by ident at 4711',
    kind: 'connects',
    actor: 'ann',
    protocol: 'ident',
    at: '4711',
  })
  const ready = 'READY <port> <<x> : y '
  assert.deepEqual(expectations(4), [[`ann <- ${ready}`, 'ann', { form: 'notation', text: ready }]])
  assert.deepEqual(payload(6), { form: 'notation', text: 'BCST  two: blanks ' })
  assert.deepEqual(payload(7), { form: 'bytes', bytes: Uint8Array.of(97, 13, 10, 98, 0xc3, 0xa9) })
  assert.deepEqual(payload(8), { form: 'bytes', bytes: Uint8Array.of(1, 0, 255) })
  assert.deepEqual(expectations(9), [['ann <- hex 08 01', 'ann', { form: 'bytes', bytes: Uint8Array.of(8, 1) }]])
  assert.deepEqual(expectations(10), [['ann <-', 'ann', { form: 'notation', text: '' }]])
  assert.deepEqual(expectations(11), [
    ['ann <- to both', 'ann', { form: 'notation', text: 'to both' }],
    ['ann_1 <- to both', 'ann_1', { form: 'notation', text: 'to both' }],
  ])
  assert.deepEqual(expectations(12), [
    ['ann <- b', 'ann', { form: 'notation', text: 'b' }],
    ['bob-file <- [closed]', 'bob-file', { form: 'closed' }],
    ['ann_1 <- [closed]', 'ann_1', { form: 'closed' }],
  ])
  assert.deepEqual(
    steps.slice(-10).map((step) => ('ms' in step ? step.ms : 'how' in step ? step.how : step.kind)),
    [3_000, 200, 1_500, 'ends', 'hears', 'closes', 'kill', 'connects', 'resets', 'stop'],
  )
})

test('every line that is wrong is named with its number', () => {
  const nonsense = 'this is no line of a transcript; docs/transcripts.md lists what can be written'
  assert.deepEqual(
    problems(
      'ann connects by ident',
      'ann says hi',
      'ann -> hex 0',
      'ann -> raw hi',
      'ann opens',
      'ann, bob -> x',
      'ann, ann <- x',
      'setting a 1',
    ),
    [
      `4: ${nonsense}`,
      '5: expected "hex" and pairs of hexadecimal digits',
      '6: expected "raw" and a JSON string that is not empty',
      `7: ${nonsense}`,
      '8: only one actor can send a line; write one line for each',
      '9: an actor is named twice in this line',
      '10: what the server must provide stands above the conversation',
    ],
  )
  const top = parseTranscript('t', 'protocol\nsetting x\naccount ann secret\n')
  assert.deepEqual(!top.ok && top.problems.map(({ line }) => line), [1, 1, 2, 3])
})

test('a protocol that nobody speaks is an error, wherever it stands', () => {
  const unknown = 'there is no protocol "jsno"; there are ident, helo, json, cp, chatos, parley, json-files'
  assert.deepEqual(problems('protocol jsno', 'ann connects by ident'), [`3: ${unknown}`])
  assert.deepEqual(problems('ann connects by jsno'), [`3: ${unknown}`])
  assert.deepEqual(problems('ann signs in by jsno'), [`3: ${unknown}`])
  assert.deepEqual(problems('also jsno', 'ann connects by ident').length, 1)
})

test('an actor whom nobody has introduced is an error', () => {
  const nobody = 'there is no ann here; nobody is connected yet'
  assert.deepEqual(problems('ann -> x', 'ann <- x'), [`3: ${nobody}`, `4: ${nobody}`])
  assert.deepEqual(problems('ann connects by ident', 'anm <- x', 'bob closes', 'bob ends', 'ann, cas <- x'), [
    '4: there is no anm here; connected so far: ann',
    '5: there is no bob here; connected so far: ann',
    '6: there is no bob here; connected so far: ann',
    '7: there is no cas here; connected so far: ann',
  ])
})

test('an actor speaks and hears only between its opening and its end', () => {
  const again = 'ann has ended its connection and must connect again first'
  assert.deepEqual(problems('ann connects by ident', 'ann connects by ident'), ['4: ann is connected already'])
  assert.deepEqual(problems('ann connects by ident', 'ann ends', 'ann <- x', 'ann -> x'), [`6: ${again}`])
  assert.deepEqual(problems('ann connects by ident', 'ann resets', 'ann <- x', 'ann closes', 'ann connects by ident'), [
    '5: ann hears nothing any more',
    '6: ann has no connection any more',
  ])
  assert.deepEqual(problems('ann connects by ident', 'the server is killed', 'ann <- x', 'ann -> x'), [`6: ${again}`])
  const half = ['ann <- [closed]', 'ann -> half of a tunnel', 'ann closes', 'ann connects by ident']
  assert.deepEqual(problems('ann connects by ident', ...half), [])
})

test('a placeholder is said only after it was heard', () => {
  assert.deepEqual(problems('ann connects by ident', 'ann -> <x>', 'ann <- <x>', 'ann -> <x>'), [
    '4: <x> stands for nothing yet: nobody has heard it',
  ])
})

test('an unordered block holds lines from the server and has an end', () => {
  assert.deepEqual(problems('ann connects by ident', 'unordered', 'ann -> x', 'ann signs in by helo', 'ann <- x'), [
    '4: this unordered block has no end',
    '5: an unordered block holds lines from the server only',
    '6: an unordered block holds lines from the server only',
  ])
  assert.deepEqual(problems('ann connects by ident', 'end', 'unordered', 'end'), [
    '4: there is no unordered block to end',
    '5: this unordered block is empty',
  ])
})

test('a protocol has one listener, and one sentence must say what is proved', () => {
  assert.deepEqual(problems('protocol ident', 'protocol ident', 'ann connects by ident'), [
    '4: ident is named twice; it has one listener',
  ])
  const silent = parseTranscript('t', 'ann connects by ident')
  assert.deepEqual(!silent.ok && silent.problems.map(({ problem }) => problem), [
    'a comment on top must quote what this transcript proves',
  ])
})

test('the transcripts of a directory come in alphabetical order, and wrong ones are all named', () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-transcripts-'))
  try {
    for (const folder of ['ident/users', 'bridges']) mkdirSync(join(directory, folder), { recursive: true })
    const good = '# I-1\nann connects by ident\n'
    writeFileSync(join(directory, 'ident', 'users', 'b.transcript'), good)
    writeFileSync(join(directory, 'ident', 'users', 'a.transcript'), good)
    writeFileSync(join(directory, 'ident', 'notes.txt'), 'no transcript')
    writeFileSync(join(directory, 'bridges', 'z.transcript'), good)
    assert.deepEqual(
      loadTranscripts(directory).map(({ file }) => file),
      ['bridges/z.transcript', 'ident/users/a.transcript', 'ident/users/b.transcript'],
    )
    writeFileSync(join(directory, 'ident', 'c.transcript'), `${good}bob connects by jsno\n`)
    writeFileSync(join(directory, 'ident', 'd.transcript'), `${good}ann jumps\n`)
    assert.throws(
      () => loadTranscripts(directory),
      /^Error: ident\/c\.transcript:3: there is no protocol "jsno"; .*\nident\/d\.transcript:3: this is no line/,
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
})
