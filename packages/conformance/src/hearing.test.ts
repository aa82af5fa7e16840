import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineNotation, type Notation } from '@parley/protocols'
import { describeBytes, firstFrame, hexOf } from './frames.ts'
import { listen, type Inbox } from './hearing.ts'
import { parseTranscript } from './parse.ts'
import type { Expectation } from './transcript.ts'

const utf8 = new TextEncoder()

/** One byte of length, then so many bytes, written as `"text"`. */
const counted: Notation = {
  write: (line) => utf8.encode(line),
  read(bytes) {
    const lines: string[] = []
    let used = 0
    while (used < bytes.length && used + 1 + bytes[used]! <= bytes.length) {
      lines.push(JSON.stringify(new TextDecoder().decode(bytes.subarray(used + 1, used + 1 + bytes[used]!))))
      used += 1 + bytes[used]!
    }
    return { lines, used }
  },
}

function inbox(text: string, over = false, notation: Notation = lineNotation): Inbox {
  return { notation, unheard: utf8.encode(text), over }
}

function expecting(...lines: string[]): readonly Expectation[] {
  const parsed = parseTranscript(
    't',
    ['# -', 'A connects by helo', 'B connects by helo', 'unordered', ...lines, 'end'].join('\n'),
  )
  assert.ok(parsed.ok)
  return parsed.value.steps.flatMap((step) => (step.kind === 'hears' ? step.expectations : []))
}

function hear(lines: string[], inboxes: { [actor: string]: Inbox }) {
  const { kind, heard, taken, bindings } = listen(expecting(...lines), new Map(Object.entries(inboxes)), new Map())
  return {
    kind,
    heard: heard.map(({ text }) => text),
    taken: Object.fromEntries(taken),
    bound: Object.fromEntries(bindings),
  }
}

test('the first frame is found among many, however long it is', () => {
  assert.deepEqual(firstFrame(lineNotation, utf8.encode('one\ntwo\nthr')), { text: 'one', used: 4 })
  assert.deepEqual(firstFrame(counted, utf8.encode('\x02hi\x01a\x05x')), { text: '"hi"', used: 3 })
  const long = `${'x'.repeat(100_000)}\n`
  assert.equal(firstFrame(lineNotation, utf8.encode(`${long}y\n`))?.used, long.length)
  assert.equal(firstFrame(lineNotation, utf8.encode(long.trimEnd())), undefined)
})

test('bytes are described as lines, and in hex where there is no frame', () => {
  assert.deepEqual(describeBytes(lineNotation, utf8.encode('a\nb')), ['a', 'hex 62 ("b")'])
  assert.deepEqual(describeBytes(counted, Uint8Array.of(8, 1)), ['hex 08 01'])
  assert.match(hexOf(new Uint8Array(100)), /^hex (?:00 ){63}00 … 100 bytes in all$/)
})

test('an expectation is met by the next frame only and takes no byte more', () => {
  assert.deepEqual(hear(['A <- x <n>'], { A: inbox('x 1\ny\n') }), {
    kind: 'met',
    heard: ['x 1'],
    taken: { A: 4 },
    bound: { n: '1' },
  })
  assert.equal(hear(['A <- y'], { A: inbox('x 1\ny\n') }).kind, 'unmet')
  assert.equal(hear(['A <- y'], { A: inbox('y') }).kind, 'incomplete')
  assert.equal(hear(['A <- y'], { A: inbox('y', true) }).kind, 'unmet')
})

test('exact bytes are refused as soon as one of them differs', () => {
  assert.equal(hear(['A <- hex 08 01'], { A: inbox('\x08') }).kind, 'incomplete')
  assert.equal(hear(['A <- hex 08 01'], { A: inbox('\x09') }).kind, 'unmet')
  assert.deepEqual(hear(['A <- hex 08 01'], { A: inbox('\x08\x01\x02') }).taken, { A: 2 })
  assert.deepEqual(hear(['A <- "hi"'], { A: inbox('\x02hi\x01', false, counted) }).taken, { A: 3 })
})

test('the end is heard only when nothing stands before it', () => {
  assert.equal(hear(['A <- [closed]'], { A: inbox('') }).kind, 'incomplete')
  assert.equal(hear(['A <- [closed]'], { A: inbox('', true) }).kind, 'met')
  assert.equal(hear(['A <- [closed]'], { A: inbox('x\n', true) }).kind, 'unmet')
  assert.equal(hear(['A <- [closed]', 'A <- x'], { A: inbox('x\n', true) }).kind, 'met')
})

test('unordered lines come in any order, and a placeholder that fitted the wrong one is tried elsewhere', () => {
  const heard = hear(['A <- joined <one>', 'A <- joined bob', 'B <- hello <one>'], {
    A: inbox('joined bob\njoined ann\n'),
    B: inbox('hello ann\n'),
  })
  assert.deepEqual(heard, {
    kind: 'met',
    heard: ['joined bob', 'joined ann', 'hello ann'],
    taken: { A: 22, B: 10 },
    bound: { one: 'ann' },
  })
})

test('where not all expectations can be met, the way that came furthest is returned', () => {
  const hearing = listen(expecting('A <- a', 'A <- b', 'A <- c'), new Map([['A', inbox('b\nc\nd\n')]]), new Map())
  assert.equal(hearing.kind, 'unmet')
  assert.deepEqual(
    hearing.missing.map(({ line }) => line),
    ['A <- a'],
  )
  assert.deepEqual(hearing.taken, new Map([['A', 4]]))
})

test('what is missing is missing of one actor, and the others are not held up by it', () => {
  const inboxes = new Map([
    ['A', inbox('b\n')],
    ['B', inbox('x 1\ny\n')],
  ])
  const { kind, missing, taken } = listen(expecting('A <- a', 'B <- y', 'B <- x <n>'), inboxes, new Map())
  assert.equal(kind, 'unmet')
  assert.deepEqual(
    missing.map(({ line }) => line),
    ['A <- a'],
  )
  assert.deepEqual(taken, new Map([['B', 6]]))
})
