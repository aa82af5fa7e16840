import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { KeyDecoder, type Typed } from './key-decoder.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** All at once, and then a pause. Texts that stand side by side are one. */
function decode(...chunks: readonly Uint8Array[]): readonly Typed[] {
  const decoder = new KeyDecoder()
  return joined([...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.settle()])
}

function joined(all: readonly Typed[]): readonly Typed[] {
  const found: Typed[] = []
  for (const typed of all) {
    const last = found.at(-1)
    if (typed.kind === 'text' && last?.kind === 'text') found[found.length - 1] = text(last.text + typed.text)
    else if (typed.kind === 'paste' && last?.kind === 'paste' && !last.isLast) {
      found[found.length - 1] = { kind: 'paste', text: last.text + typed.text, isLast: typed.isLast }
    } else if (typed.kind === 'paste' || typed.kind === 'key' || typed.text !== '') found.push(typed)
  }
  return found
}

const text = (text: string): Typed => ({ kind: 'text', text })
const key = (name: string): Typed => ({ kind: 'key', name })
const paste = (text: string): Typed => ({ kind: 'paste', text, isLast: true })

const rows: readonly (readonly [bytes: string, typed: readonly Typed[]])[] = [
  ['abc\u0015', [text('abc'), key('ctrl-u')]],
  ['\u0001\u000b', [key('ctrl-a'), key('ctrl-k')]],
  ['\u0017\u0017', [key('ctrl-w'), key('ctrl-w')]],
  ['one\rtwo\r', [text('one'), key('enter'), text('two'), key('enter')]],
  ['a\tb\u007f\b', [text('a'), key('tab'), text('b'), key('backspace'), key('ctrl-h')]],
  ['\u0000\u001f\u001a', [key('ctrl-space'), key('ctrl-_'), key('ctrl-z')]],
  ['\u001b', [key('escape')]],
  ['\u001b\u001b', [key('escape'), key('escape')]],
  ['\u001b/file', [key('alt-/'), text('file')]],
  ['\u001bd\u001bY\u001b1', [key('alt-d'), key('alt-Y'), key('alt-1')]],
  ['\u001b\r\u001b\u007f', [key('alt-enter'), key('alt-backspace')]],
  ['\u001bé\u001b👩', [key('alt-é'), key('alt-👩')]],
  ['\u001b[A\u001bOB\u001b[1;5C\u001b[1;3D', [key('up'), key('down'), key('ctrl-right'), key('alt-left')]],
  ['\u001b\u001b[A', [key('alt-up')]],
  ['\u001b[Z\u001b[5~\u001b[6;2~\u001b[3~', [key('shift-tab'), key('page-up'), key('shift-page-down'), key('delete')]],
  ['\u001bOP\u001b[15~\u001b[24~\u001b[[A\u001b[11~', [key('f1'), key('f5'), key('f12'), key('f1'), key('f1')]],
  ['\u001b[13;3u\u001b[27;2;13~\u001b[97;5u', [key('alt-enter'), key('shift-enter'), key('ctrl-a')]],
  ['\u001b[<64;10;5M\u001b[<65;10;5M\u001b[<0;1;1M\u001b[<0;1;1mx', [key('wheel-up'), key('wheel-down'), text('x')]],
  ['\u001b[M`!!x\u001b[Ma!!', [key('wheel-up'), text('x'), key('wheel-down')]],
  ['\u001b[?1;2cx\u001b[Ix', [text('x'), key('focus-in'), text('x')]],
  ['\u001bO', [key('alt-O')]],
  ['\u001bOx', [key('alt-O'), text('x')]],
  ['\u001b[', [key('alt-[')]],
  ['\u001b\u001b[', [key('escape'), key('alt-[')]],
  ['\u001b[1é', [key('alt-['), text('1é')]],
  ['\u001b[200~one\r\u0015two\u001b[A\u001b[201~\r', [paste('one\r\u0015two\u001b[A'), key('enter')]],
  ['\u001b\u001b[200~a\u001b[201~', [key('escape'), paste('a')]],
  ['\u001b[200~\u001b[201~', [paste('')]],
  ['\u001b[200~cut', [{ kind: 'paste', text: 'cut', isLast: false }]],
]

describe('the key decoder', () => {
  for (const [bytes, typed] of rows) {
    it(`takes ${JSON.stringify(bytes)} apart, also byte by byte`, () => {
      assert.deepEqual(decode(bytesOf(bytes)), typed)
      assert.deepEqual(decode(...Array.from(bytesOf(bytes), (byte) => Uint8Array.of(byte))), typed)
    })
  }

  const piece = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(...rows.map(([bytes]) => bytes), '\u001b[200~', '\u001b[201~').map(bytesOf),
    },
    fc.string({ unit: 'grapheme', maxLength: 8 }).map(bytesOf),
    fc.uint8Array({ maxLength: 12 }),
  )
  const stream = fc.array(piece, { maxLength: 20 }).map((parts) => Buffer.concat(parts))

  it('gives the same keys however the reads fall', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 30 }), { maxLength: 30 }), (bytes, sizes) => {
        const chunks: Uint8Array[] = []
        let at = 0
        for (const size of sizes) chunks.push(bytes.subarray(at, (at += size)))
        assert.deepEqual(decode(...chunks, bytes.subarray(at)), decode(bytes))
      }),
      { numRuns: 2_000 },
    )
  })

  it('loses no character and no control key', () => {
    const typed = fc.string({
      unit: fc.oneof(fc.constantFrom('a', 'é', '👩', '\u0001', '\u0015', '\r', '\t', '\u007f')),
    })
    fc.assert(
      fc.property(typed, (typed) => {
        const names: Record<string, string> = { enter: '\r', tab: '\t', backspace: '\u007f' }
        const back = decode(bytesOf(typed)).map((each) => {
          if (each.kind === 'text') return each.text
          return each.kind === 'key' ? (names[each.name] ?? String.fromCharCode(each.name.charCodeAt(5) & 31)) : '?'
        })
        assert.equal(back.join(''), typed)
      }),
    )
  })

  it('holds no control character in a text, and holds back only what could become something else', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        const decoder = new KeyDecoder()
        const all = [...decoder.push(bytes), ...decoder.settle()]
        for (const typed of all) if (typed.kind === 'text') assert.doesNotMatch(typed.text, /[\u0000-\u001f\u007f]/)
        assert.ok(!decoder.isOpen || decoder.isPasting)
      }),
      { numRuns: 500 },
    )
  })

  it('hands over a long paste in pieces, and gives it up when its end was lost', () => {
    const decoder = new KeyDecoder()
    assert.deepEqual(decoder.push(bytesOf('\u001b[200~one\u001b[20')), [{ kind: 'paste', text: 'one', isLast: false }])
    assert.ok(decoder.isPasting && decoder.isOpen)
    assert.deepEqual(decoder.endPaste(), [paste('\u001b[20')])
    assert.deepEqual(decoder.push(bytesOf('\u0003')), [key('ctrl-c')])
    assert.deepEqual(decoder.endPaste(), [])
  })
})
