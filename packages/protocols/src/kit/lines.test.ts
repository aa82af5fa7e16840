import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codecSuite } from '../../suites/codec-suite.ts'
import type { Decoded } from '../protocol.ts'
import { encodeLine, encodeLines, LineDecoder } from './lines.ts'
import { encodeText } from './text.ts'

const asIs = (line: string) => line
const pieces = ['one\n', 'two\r\n', 'three\r', '\r\n\n\r', 'four', 'é€😀\n', `${'x'.repeat(90)}\n`, '€'.repeat(40)]

for (const characters of [Infinity, 60])
  codecSuite(`lines of at most ${characters} characters`, {
    codec: { decoder: (limit) => new LineDecoder(limit, asIs, characters), encode: encodeLine },
    limit: 100,
    pieces: pieces.map(encodeText).concat(Uint8Array.of(0xff, 0xc3, 0x0a), Uint8Array.of(0xe2, 0x82)),
  })

describe('line decoder', () => {
  it('ends lines at a line feed, a carriage return or both, and ignores empty ones', () => {
    assert.deepEqual(frames('a\nb\r\nc\rd\n\n\r\r\n\re\n'), ['a', 'b', 'c', 'd', 'e'])
  })

  it('finds a first line of HTTP, and nothing behind it (X-8)', () => {
    for (const line of ['GET / HTTP/1.1', 'POST /x HTTP/1.0', 'OPTIONS * HTTP/1.1', 'PRI * HTTP/2.0']) {
      const decoder = new LineDecoder(() => 100, asIs)
      decoder.push(encodeText(`\n${line}\r\nHost: chat\n`))
      assert.deepEqual(drain(decoder), [{ ok: false, problem: 'http' }], line)
      decoder.push(encodeText('IDENT ann\n'))
      assert.deepEqual(drain(decoder), [])
    }
    assert.deepEqual(frames('GETS x\nGET / HTTP/1.1\n'), ['GETS x', 'GET / HTTP/1.1'])
    assert.deepEqual(frames('get / HTTP/1.1\n'), ['get / HTTP/1.1'])
  })

  it('keeps blanks, tabs, control characters and a byte order mark', () => {
    assert.deepEqual(frames(' a \t\u0000b \n\ufeffc\n'), [' a \t\u0000b ', '\ufeffc'])
  })

  it('finds invalid UTF-8 in one line and goes on with the next', () => {
    const decoder = new LineDecoder(() => 100, asIs)
    decoder.push(Uint8Array.of(0x61, 0xff, 0x0a, 0xc0, 0x80, 0x0a, 0xed, 0xa0, 0x80, 0x0a, 0x62, 0x0a))
    const malformed = { ok: false, problem: 'malformed' }
    assert.deepEqual(drain(decoder), [malformed, malformed, malformed, { ok: true, frame: 'b' }])
  })

  it('puts up with the limit exactly, ended or not, and with nothing more', () => {
    const pending = new LineDecoder(() => 3, asIs)
    pending.push(encodeText('abc'))
    assert.deepEqual(drain(pending), [])
    pending.push(encodeText('\n'))
    assert.deepEqual(drain(pending), [{ ok: true, frame: 'abc' }])
    pending.push(encodeText('defg'))
    assert.deepEqual(drain(pending), [{ ok: false, problem: 'too-long' }])
    pending.push(encodeText('\nabc\n'))
    assert.deepEqual(drain(pending), [])
  })

  it('counts characters, not bytes, where a limit of characters is set', () => {
    const decoder = new LineDecoder(() => 100, asIs, 3)
    decoder.push(encodeText('😀😀😀\n€€€€'))
    assert.deepEqual(drain(decoder), [
      { ok: true, frame: '😀😀😀' },
      { ok: false, problem: 'too-long' },
    ])
  })

  it('asks for the limit anew at every line', () => {
    let limit = 3
    const decoder = new LineDecoder(() => limit, asIs)
    decoder.push(encodeText('abc\nabcdef\n'))
    assert.deepEqual(decoder.next(), { ok: true, frame: 'abc' })
    limit = 6
    assert.deepEqual(decoder.next(), { ok: true, frame: 'abcdef' })
  })

  it('does not look again at a chunk that its caller has reused', () => {
    const decoder = new LineDecoder(() => 100, asIs)
    const chunk = encodeText('one\ntw')
    decoder.push(chunk)
    assert.deepEqual(drain(decoder), [{ ok: true, frame: 'one' }])
    chunk.fill(0x78)
    decoder.push(encodeText('o\n'))
    assert.deepEqual(drain(decoder), [{ ok: true, frame: 'two' }])
  })
})

describe('line encoders', () => {
  it('end every line with a single line feed', () => {
    assert.deepEqual(encodeLine('é'), encodeText('é\n'))
    assert.deepEqual(encodeLines(['a', 'b']), encodeText('a\nb\n'))
  })

  it('have no words for no lines', () => {
    assert.equal(encodeLines([]), null)
  })
})

function frames(text: string): readonly unknown[] {
  const decoder = new LineDecoder(() => 100, asIs)
  decoder.push(encodeText(text))
  return drain(decoder).map((item) => item.ok && item.frame)
}

function drain(decoder: LineDecoder<string>): readonly Decoded<string>[] {
  const items: Decoded<string>[] = []
  for (let item = decoder.next(); item; item = decoder.next()) items.push(item)
  return items
}
