import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { KeptLines } from './kept-lines.ts'
import type { Line } from './line.ts'

const mostOfOne = 5_000

function kept() {
  const lines = new KeptLines(() => false, mostOfOne)
  const add = (text: string, seq?: number, conversation = 'all') => {
    const line: Line = {
      id: lines.idFor(conversation, seq),
      at: 0,
      kind: 'broadcast',
      conversation,
      from: 'bob',
      to: null,
      mine: false,
      text,
      secrecy: null,
      ...(seq !== undefined && { seq }),
    }
    return lines.add(line)
  }
  const texts = (conversation = 'all') =>
    lines.all.flatMap((line) => (line.conversation === conversation ? [line.text] : []))
  return { lines, add, texts }
}

describe('kept lines', () => {
  it('stand in the order of their numbers, and what has none where it came', () => {
    const { lines, add, texts } = kept()
    add('10', 10)
    add('ann joined')
    add('30', 30)
    add('other', 25, '@ann')
    add('20', 20)
    add('5', 5)
    add('7', 7)
    add('40', 40)
    add('35', 35)
    add('32', 32)
    assert.deepEqual(texts(), ['5', '7', '10', 'ann joined', '20', '30', '32', '35', '40'])
    const ids = lines.all.map(({ id }) => id)
    assert.deepEqual(
      ids,
      [...new Set(ids)].toSorted((one, other) => one - other),
    )
    assert.equal(lines.withSeq('all', 20)?.text, '20')
    assert.equal(lines.withSeq('@ann', 20), undefined)
  })

  it('take pages that are loaded from the newest to the oldest', () => {
    const { add, texts } = kept()
    for (const seq of [90, 91]) add(String(seq), seq)
    for (const first of [80, 70, 60]) for (let seq = first; seq < first + 10; seq++) add(String(seq), seq)
    assert.deepEqual(
      texts(),
      Array.from({ length: 32 }, (_, at) => String(60 + at)),
    )
  })

  it('find their places between two others, a thousand behind each other', () => {
    const { add, texts } = kept()
    for (const seq of [0, 5_000, 9_000]) add(String(seq), seq)
    for (let seq = 1; seq < 1_000; seq++) add(String(seq), seq)
    for (let seq = 8_999; seq >= 8_000; seq--) add(String(seq), seq)
    const numbers = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at)
    const expected = [...numbers(0, 1_000), 5_000, ...numbers(8_000, 1_001)]
    assert.deepEqual(texts().map(Number), expected)
  })

  it('drop the oldest of a conversation that has too many, and nothing else', () => {
    const { lines, add, texts } = kept()
    add('keep', 1, '@ann')
    let dropped: readonly Line[] = []
    for (let seq = 1; dropped.length === 0; seq++) dropped = add(String(seq), seq)
    assert.equal(dropped[0]?.seq, 1)
    assert.equal(texts().length, mostOfOne)
    assert.deepEqual(texts('@ann'), ['keep'])
    assert.equal(lines.withSeq('all', 1), undefined)
  })
})
