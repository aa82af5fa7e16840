import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codecSuite } from '../../suites/codec-suite.ts'
import { encodeText } from '../kit/text.ts'
import { identCodec } from './codec.ts'

codecSuite('ident', {
  codec: identCodec(),
  limit: 200,
  pieces: [
    'IDENT user_1\n',
    'BCST hello  world\r\n',
    'PM user_2 hi\r',
    '\r\n\n\r',
    'PONG',
    'BCST é€😀\n',
    `BCST ${'x'.repeat(150)}\n`,
  ]
    .map(encodeText)
    .concat([Uint8Array.of(0xff, 0xfe, 0x0a), Uint8Array.of(0xc3)]),
})

describe('ident codec', () => {
  it('splits a line at its first blank and keeps the rest as it is', () => {
    const decoder = identCodec().decoder(() => 100)
    decoder.push(encodeText('BCST  two  blanks \n'))
    assert.deepEqual(decoder.next(), { ok: true, frame: { word: 'BCST', rest: ' two  blanks ' } })
    assert.equal(decoder.next(), undefined)
  })

  it('gives up on a line that is longer than the limit, ended or not', () => {
    for (const bytes of ['x'.repeat(101), `${'x'.repeat(101)}\nPONG\n`]) {
      const decoder = identCodec().decoder(() => 100)
      decoder.push(encodeText(bytes))
      assert.deepEqual(decoder.next(), { ok: false, problem: 'too-long' })
      assert.equal(decoder.next(), undefined)
    }
  })

  it('accepts a line of exactly the limit', () => {
    const decoder = identCodec().decoder(() => 100)
    decoder.push(encodeText(`${'x'.repeat(100)}\n`))
    assert.deepEqual(decoder.next(), { ok: true, frame: { word: 'x'.repeat(100), rest: '' } })
  })

  it("counts the course's 1,024 unterminated characters as characters, not bytes", () => {
    const decoder = identCodec(3).decoder(() => 100)
    decoder.push(encodeText('€€€\nabcd'))
    assert.deepEqual(decoder.next(), { ok: true, frame: { word: '€€€', rest: '' } })
    assert.deepEqual(decoder.next(), { ok: false, problem: 'too-long' })
  })
})
