import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codecSuite } from '../../suites/codec-suite.ts'
import { encodeText } from '../kit/text.ts'
import { heloCodec } from './codec.ts'

codecSuite('helo', {
  codec: heloCodec,
  limit: 200,
  pieces: [
    'HELO user_1\n',
    'BCST hello  world\r\n',
    'GET_USERS *all\r',
    'PM @user_2 hi\n',
    '\r\n\n\r',
    'PONG',
    'QUIT q\n',
    'BCST é€😀\n',
    `BCST ${'x'.repeat(150)}\n`,
  ]
    .map(encodeText)
    .concat([Uint8Array.of(0xff, 0xfe, 0x0a), Uint8Array.of(0xc3)]),
})

describe('helo codec', () => {
  it('splits a line at its first blank only, so that a message keeps its blanks', () => {
    const decoder = heloCodec.decoder(() => 100)
    decoder.push(encodeText('PM @bob  two  blanks \n'))
    assert.deepEqual(decoder.next(), { ok: true, frame: { word: 'PM', rest: '@bob  two  blanks ' } })
    assert.equal(decoder.next(), undefined)
  })

  it('goes on after a line that is not UTF-8', () => {
    const decoder = heloCodec.decoder(() => 100)
    decoder.push(Uint8Array.of(0x42, 0xff, 0x0a, ...encodeText('PONG\n')))
    assert.deepEqual(decoder.next(), { ok: false, problem: 'malformed' })
    assert.deepEqual(decoder.next(), { ok: true, frame: { word: 'PONG', rest: '' } })
  })

  it('asks for the limit anew with every line, because it grows at sign-in', () => {
    let limit = 10
    const decoder = heloCodec.decoder(() => limit)
    decoder.push(encodeText('HELO ann\n'))
    assert.deepEqual(decoder.next(), { ok: true, frame: { word: 'HELO', rest: 'ann' } })
    limit = 100
    decoder.push(encodeText(`BCST ${'x'.repeat(95)}\n`))
    assert.deepEqual(decoder.next(), { ok: true, frame: { word: 'BCST', rest: 'x'.repeat(95) } })
    decoder.push(encodeText('x'.repeat(101)))
    assert.deepEqual(decoder.next(), { ok: false, problem: 'too-long' })
  })

  it('ends what it sends with a single line feed', () => {
    assert.deepEqual(heloCodec.encode('+OK Goodbye'), encodeText('+OK Goodbye\n'))
  })
})
