import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codecSuite } from '../../suites/codec-suite.ts'
import { chatosCodec } from './codec.ts'
import type { ChatosFrame } from './packets.ts'

/** Every packet, with the bytes that the figures give it. */
const table: readonly { readonly frame: ChatosFrame; readonly bytes: string }[] = [
  { frame: { op: 'CR', pseudo: 'ann' }, bytes: '01 0003 616e6e' },
  { frame: { op: 'SPM', sender: 'a', recipient: 'bo', message: 'hé' }, bytes: '02 0001 61 0002 626f 0003 68c3a9' },
  { frame: { op: 'SMA', sender: 'a', message: '\ufeff😀' }, bytes: '03 0001 61 0007 efbbbf f09f9880' },
  { frame: { op: 'TCPAsk', sender: 'a', recipient: 'b', password: 0x1234 }, bytes: '04 0001 61 0001 62 1234' },
  { frame: { op: 'TCPAccept', sender: 'a', recipient: 'b', password: 32_767 }, bytes: '05 0001 61 0001 62 7fff' },
  { frame: { op: 'TCPAbort', sender: 'a', recipient: 'b', password: -2 }, bytes: '06 0001 61 0001 62 fffe' },
  { frame: { op: 'TCPConnect', sender: 'a', recipient: 'b', password: 0 }, bytes: '07 0001 61 0001 62 0000' },
  { frame: { op: 'ERROR', code: 6 }, bytes: '08 06' },
]
const longest: ChatosFrame = {
  op: 'SPM',
  sender: `${'é'.repeat(16_383)}a`,
  recipient: 'b'.repeat(32_767),
  message: 'm'.repeat(32_767),
}

codecSuite('chatos', {
  codec: chatosCodec,
  limit: 200,
  pieces: [
    ...table.map(({ bytes }) => hex(bytes)),
    chatosCodec.encode({ op: 'SMA', sender: 'ann', message: 'x'.repeat(300) }),
    hex('02 0001 61 0003'),
    hex('03 0001 61 0000'),
    hex('01 0001 ff'),
  ],
})

describe('chatos codec', () => {
  for (const { frame, bytes } of table) {
    it(`gives ${frame.op} the bytes of its figure, and reads them back`, () => {
      assert.deepEqual(chatosCodec.encode(frame), hex(bytes))
      assert.deepEqual(decode(hex(bytes)), [{ ok: true, frame }])
    })
  }

  it('reads frames that come joined, and waits for one that is cut', () => {
    const bytes = hex('01 0001 61 08 01 03 0001 61 0002 68')
    assert.deepEqual(decode(bytes), [
      { ok: true, frame: { op: 'CR', pseudo: 'a' } },
      { ok: true, frame: { op: 'ERROR', code: 1 } },
    ])
  })

  for (const [what, bytes] of [
    ['a string of length 0', '01 0000'],
    ['a string of negative length', '01 8000'],
    ['an empty string behind a good one', '03 0001 61 0000'],
    ['a string over 32,767, whose length reads as negative', '03 0001 61 8001'],
    ['invalid UTF-8', '01 0002 c328'],
    ['a surrogate in UTF-8', '01 0003 eda080'],
    ['opcode 0', '00'],
    ['opcode 9', '09 0001 61'],
    ['a negative opcode', 'ff'],
  ] as const) {
    it(`finds ${what} malformed, and then nothing more (C-10)`, () => {
      assert.deepEqual(decode(hex(`08 01 ${bytes} 08 01`)), [
        { ok: true, frame: { op: 'ERROR', code: 1 } },
        { ok: false, problem: 'malformed' },
      ])
    })
  }

  it('does not wait for the rest of a packet whose length is wrong', () => {
    assert.deepEqual(decode(hex('04 0000')), [{ ok: false, problem: 'malformed' }])
  })

  it('reads the longest packet that can be written, whatever the limit, also byte by byte', () => {
    const bytes = chatosCodec.encode(longest)
    assert.equal(bytes.length, 98_308)
    const decoder = chatosCodec.decoder(() => 1)
    for (const byte of bytes.subarray(0, -1)) {
      decoder.push(Uint8Array.of(byte))
      assert.equal(decoder.next(), undefined)
    }
    decoder.push(bytes.subarray(-1))
    assert.deepEqual(decoder.next(), { ok: true, frame: longest })
  })

  it('gives out what came behind the last frame, and then has nothing more', () => {
    const decoder = chatosCodec.decoder(() => 200)
    decoder.push(hex('05 0001 61 0001 62 0007 08 01 ff'))
    assert.ok(decoder.next())
    assert.deepEqual(decoder.rest?.(), hex('08 01 ff'))
    decoder.push(hex('08 01'))
    assert.equal(decoder.next(), undefined)
    assert.equal(decoder.rest?.().length, 0)
  })

  it('keeps no reference to what it was given', () => {
    const decoder = chatosCodec.decoder(() => 200)
    const chunk = hex('01 0003 6161')
    decoder.push(chunk)
    assert.equal(decoder.next(), undefined)
    chunk.fill(0)
    decoder.push(hex('61'))
    assert.deepEqual(decoder.next(), { ok: true, frame: { op: 'CR', pseudo: 'aaa' } })
  })

  it('throws at a string that has no form on the wire', () => {
    const encode = (message: string) => chatosCodec.encode({ op: 'SMA', sender: 'ann', message })
    assert.equal(encode('x'.repeat(32_767)).length, 1 + 5 + 2 + 32_767)
    assert.throws(() => encode('x'.repeat(32_768)), RangeError)
  })
})

function hex(digits: string): Uint8Array {
  const pairs = digits.replaceAll(' ', '').match(/../g) ?? []
  return Uint8Array.from(pairs, (pair) => parseInt(pair, 16))
}

function decode(bytes: Uint8Array): readonly unknown[] {
  const decoder = chatosCodec.decoder(() => 200)
  decoder.push(bytes)
  const items: unknown[] = []
  for (let item = decoder.next(); item; item = decoder.next()) items.push(item)
  return items
}
