import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codecSuite } from '../../suites/codec-suite.ts'
import { encodeText } from '../kit/text.ts'
import { isBody } from './body.ts'
import { jsonCodec, type JsonFrame } from './codec.ts'

codecSuite('json', {
  codec: jsonCodec,
  limit: 1_200,
  pieces: [
    'LOGIN_REQ {"username": "user_1"}\n',
    'BROADCAST_REQ {"message": "hello  world"}\r\n',
    'BROADCAST_REQ "bare"\r',
    '\r\n\n\r',
    'PONG',
    'BYE \n',
    'BROADCAST_REQ {"aaaa"}\n',
    'BROADCAST_REQ {"message": "é€😀"}\n',
    `BROADCAST_REQ {"message": "${'x'.repeat(900)}"}\n`,
  ]
    .map(encodeText)
    .concat([Uint8Array.of(0xff, 0xfe, 0x0a), Uint8Array.of(0xc3)]),
})

describe('json codec', () => {
  it('splits a line at its first blank and reads the rest as JSON', () => {
    assert.deepEqual(decode('BROADCAST_REQ  {"message": " hi "} \n'), [
      { header: 'BROADCAST_REQ', body: { message: ' hi ' } },
    ])
  })

  it('counts no body, and blanks alone, as an empty one', () => {
    const empty = { header: 'BYE', body: {} }
    assert.deepEqual(decode('BYE\nBYE \nBYE \t \n'), [empty, empty, empty])
  })

  it('keeps the header of a line whose body is not JSON', () => {
    for (const body of ['{"aaaa"}', '{', 'hello', "{'message': 'hi'}", '{} {}', 'undefined']) {
      assert.deepEqual(decode(`BROADCAST_REQ ${body}\n`), [{ header: 'BROADCAST_REQ', body: undefined }], body)
    }
  })

  it('takes 1,025 bytes however low the limit is, and no byte more', () => {
    for (const [length, problem] of [
      [1_025, undefined],
      [1_026, 'too-long'],
    ] as const) {
      const decoder = jsonCodec.decoder(() => 10)
      decoder.push(encodeText(`${'x'.repeat(length)}\n`))
      const item = decoder.next()
      assert.equal(item?.ok ? undefined : item?.problem, problem)
    }
  })

  it('lives through a body that is nested as deep as a frame allows', () => {
    const depth = 32_000
    const [closed] = decode(`PONG {"a":${'['.repeat(depth)}${']'.repeat(depth)}}\n`)
    assert.ok(isBody(closed?.body))
    assert.ok(Array.isArray(closed.body.a))
    assert.deepEqual(decode(`PONG ${'[{"a":'.repeat(10_000)}\n`), [{ header: 'PONG', body: undefined }])
  })

  it('writes a header alone without a blank, and a body in one line', () => {
    assert.deepEqual(jsonCodec.encode({ header: 'PING' }), encodeText('PING\n'))
    assert.deepEqual(
      jsonCodec.encode({ header: 'WELCOME', body: { msg: 'one\ntwo\r"three"' } }),
      encodeText('WELCOME {"msg":"one\\ntwo\\r\\"three\\""}\n'),
    )
  })
})

function decode(text: string): readonly JsonFrame[] {
  const decoder = jsonCodec.decoder(() => 100_000)
  decoder.push(encodeText(text))
  const frames: JsonFrame[] = []
  for (let item = decoder.next(); item; item = decoder.next()) {
    assert.ok(item.ok)
    frames.push(item.frame)
  }
  return frames
}
