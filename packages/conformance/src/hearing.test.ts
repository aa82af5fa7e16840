import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineNotation, type Notation } from '@parley/protocols'
import { describeBytes, firstFrame, hexOf } from './frames.ts'
import { listen, type Ear } from './hearing.ts'
import { parseTranscript } from './parse.ts'
import type { Want } from './transcript.ts'

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

function ear(text: string, over = false, notation: Notation = lineNotation): Ear {
  return { notation, unheard: utf8.encode(text), over }
}

function wants(...lines: string[]): readonly Want[] {
  const parsed = parseTranscript(
    't',
    ['# -', 'protocol x', 'A opens', 'B opens', 'unordered', ...lines, 'end'].join('\n'),
  )
  assert.ok(parsed.ok)
  return parsed.value.steps.flatMap((step) => (step.kind === 'hears' ? step.wants : []))
}

function hear(lines: string[], ears: { [client: string]: Ear }) {
  const { kind, heard, taken, bindings } = listen(wants(...lines), new Map(Object.entries(ears)), new Map())
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
  assert.deepEqual(describeBytes(undefined, Uint8Array.of(8, 1)), ['hex 08 01'])
  assert.match(hexOf(new Uint8Array(100)), /^hex (?:00 ){63}00 … 100 bytes in all$/)
})

test('a want is met by the next frame only and takes no byte more', () => {
  assert.deepEqual(hear(['S -> A: x <n>'], { A: ear('x 1\ny\n') }), {
    kind: 'met',
    heard: ['x 1'],
    taken: { A: 4 },
    bound: { n: '1' },
  })
  assert.equal(hear(['S -> A: y'], { A: ear('x 1\ny\n') }).kind, 'unmet')
  assert.equal(hear(['S -> A: y'], { A: ear('y') }).kind, 'incomplete')
  assert.equal(hear(['S -> A: y'], { A: ear('y', true) }).kind, 'unmet')
})

test('exact bytes are refused as soon as one of them differs', () => {
  assert.equal(hear(['S -> A: hex 08 01'], { A: ear('\x08') }).kind, 'incomplete')
  assert.equal(hear(['S -> A: hex 08 01'], { A: ear('\x09') }).kind, 'unmet')
  assert.deepEqual(hear(['S -> A: hex 08 01'], { A: ear('\x08\x01\x02') }).taken, { A: 2 })
  assert.deepEqual(hear(['S -> A: "hi"'], { A: ear('\x02hi\x01', false, counted) }).taken, { A: 3 })
})

test('the end is heard only when nothing stands before it', () => {
  assert.equal(hear(['S -> A: [closed]'], { A: ear('') }).kind, 'incomplete')
  assert.equal(hear(['S -> A: [closed]'], { A: ear('', true) }).kind, 'met')
  assert.equal(hear(['S -> A: [closed]'], { A: ear('x\n', true) }).kind, 'unmet')
  assert.equal(hear(['S -> A: [closed]', 'S -> A: x'], { A: ear('x\n', true) }).kind, 'met')
})

test('unordered lines come in any order, and a placeholder that fitted the wrong one is tried elsewhere', () => {
  const heard = hear(['S -> A: joined <one>', 'S -> A: joined bob', 'S -> B: hello <one>'], {
    A: ear('joined bob\njoined ann\n'),
    B: ear('hello ann\n'),
  })
  assert.deepEqual(heard, {
    kind: 'met',
    heard: ['joined bob', 'joined ann', 'hello ann'],
    taken: { A: 22, B: 10 },
    bound: { one: 'ann' },
  })
})

test('where wants cannot all be met, the answer is the one that came furthest', () => {
  const hearing = listen(wants('S -> A: a', 'S -> A: b', 'S -> A: c'), new Map([['A', ear('b\nc\nd\n')]]), new Map())
  assert.equal(hearing.kind, 'unmet')
  assert.deepEqual(
    hearing.missing.map((want) => want.source),
    ['S -> A: a'],
  )
  assert.deepEqual(hearing.taken, new Map([['A', 4]]))
})
