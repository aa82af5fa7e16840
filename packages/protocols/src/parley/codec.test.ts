import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codecSuite } from '../../suites/codec-suite.ts'
import { encodeText } from '../kit/text.ts'
import { parleyCodec, type ParleyFrame } from './codec.ts'

codecSuite('parley', {
  codec: parleyCodec,
  limit: 1_200,
  pieces: [
    '{"id":1,"do":"hello","versions":[1]}\n',
    '{"do":"say","to":"*","text":"é€😀"}\r\n',
    '{"id":1,"id":2,"do":"pong"}\r',
    '\r\n\n\r',
    '{"do":"pong"',
    '["do"]\n',
    '"do"\n',
    '{"__proto__":{"do":"pong"}}\n',
    `{"do":"say","text":"${'x'.repeat(900)}"}\n`,
    `${'['.repeat(600)}\n`,
  ]
    .map(encodeText)
    .concat([Uint8Array.of(0xff, 0xfe, 0x0a), Uint8Array.of(0xc3)]),
})

describe('parley codec', () => {
  it('takes a JSON object for a frame, and nothing else', () => {
    assert.deepEqual(decode(' {"do": "pong", "a": [1]} \n'), [{ do: 'pong', a: [1] }])
    for (const line of ['7', 'null', '[]', '"x"', '{', '{"a":}', 'pong', '{"a":"\u0001"}']) {
      assert.deepEqual(decode(`${line}\n`), [null], line)
    }
  })

  it('writes one line, whatever the text', () => {
    assert.equal(
      new TextDecoder().decode(parleyCodec.encode({ text: 'a\nb\r\u2028\ud800' })),
      '{"text":"a\\nb\\r\u2028\\ud800"}\n',
    )
  })
})

function decode(text: string): readonly ParleyFrame[] {
  const decoder = parleyCodec.decoder(() => 1_200)
  decoder.push(encodeText(text))
  const frames: ParleyFrame[] = []
  for (let item = decoder.next(); item; item = decoder.next()) if (item.ok) frames.push(item.frame)
  return frames
}
