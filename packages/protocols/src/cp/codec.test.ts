import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codecSuite } from '../../suites/codec-suite.ts'
import { encodeText } from '../kit/text.ts'
import type { Decoder } from '../protocol.ts'
import { cpCodec, type CpFrame } from './codec.ts'

codecSuite('cp', {
  codec: cpCodec,
  limit: 1_024,
  pieces: [
    'USERPamina\r\n',
    'pass papagena\n',
    'RMSG',
    '\r',
    '\n\r\n',
    'SMSGDolce:é€😀\r\n',
    '250 received message',
    `SMSGDolce:${'x'.repeat(1_012)}\r\n`,
    `SMSG${'x'.repeat(1_100)}`,
    'x'.repeat(700),
  ]
    .map(encodeText)
    .concat([Uint8Array.of(0xff, 0xfe, 0x0a), Uint8Array.of(0xc3)]),
})

describe('cp codec', () => {
  it('reads the command in any case and trims the blanks around it and its argument (P-2)', () => {
    for (const [bytes, command, argument] of [
      ['USERPamina\r\n', 'USER', 'Pamina'],
      [' \tuser  Pamina \r\n', 'USER', 'Pamina'],
      ['sMsG Dolce: hi there \n', 'SMSG', 'Dolce: hi there'],
      ['term\n', 'TERM', ''],
      ['250 received message\r\n', '250', 'received message'],
      ['2500\r\n', '250', '0'],
    ] as const) {
      assert.deepEqual(framesOf(bytes), [{ ok: true, frame: { command, argument, readable: true } }])
    }
  })

  it('takes messages of other alphabets for no command, also where their upper case is one', () => {
    for (const bytes of ['u\u017fer\n', 'abc\n', '12\n', ' \n', '\u00e9USER\n']) {
      assert.deepEqual(framesOf(bytes), [{ ok: false, problem: 'malformed' }])
    }
  })

  it('accepts 1,024 bytes with the line end, whatever the line end, and also without one (P-1)', () => {
    for (const end of ['\r\n', '\n', '']) {
      const fits = `SMSGDolce:${'x'.repeat(1_014 - end.length)}${end}`
      assert.equal(fits.length, 1_024)
      const argument = fits.slice('SMSG'.length).trim()
      assert.deepEqual(framesOf(fits), [{ ok: true, frame: { command: 'SMSG', argument, readable: true } }])
      assert.deepEqual(framesOf(`RMSGx${fits.slice(4)}`), [{ ok: false, problem: 'too-long' }])
      assert.deepEqual(framesOf(`SMSGx${fits.slice(4)}`), [
        { ok: true, frame: { command: 'SMSG', argument: '', readable: false } },
      ])
    }
  })

  it('finds a first line of HTTP, and nothing behind it (X-8)', () => {
    assert.deepEqual(framesOf('\r\nPOST / HTTP/1.1\r\n\r\nUSERPamina\r\n'), [{ ok: false, problem: 'http' }])
    assert.equal(framesOf('TERM\nGET / HTTP/1.1\n')[1]?.ok, false)
    assert.deepEqual(framesOf('TERM\nGET / HTTP/1.1\n')[1], { ok: false, problem: 'malformed' })
  })

  it('skips what is too long and reads on behind its end', () => {
    const decoder = newDecoder()
    for (let part = 0; part < 100; part++) {
      decoder.push(encodeText('x'.repeat(1_000)))
      assert.equal(decoder.next(), undefined)
    }
    decoder.push(encodeText('\r\nTERM\r\n'))
    assert.deepEqual(decoder.next(), { ok: false, problem: 'too-long' })
    assert.deepEqual(decoder.next(), { ok: true, frame: { command: 'TERM', argument: '', readable: true } })
    assert.equal(decoder.next(), undefined)
  })

  it('tells a message that is no UTF-8 from other PDUs that are none (P-1)', () => {
    const decoder = newDecoder()
    decoder.push(Uint8Array.of(...encodeText('smsgDolce:'), 0xc3, 0x28, 0x0a, ...encodeText('PASS'), 0xff, 0x0a))
    assert.deepEqual(decoder.next(), { ok: true, frame: { command: 'SMSG', argument: '', readable: false } })
    assert.deepEqual(decoder.next(), { ok: false, problem: 'malformed' })
  })

  it('lets silence of 40 ms end a PDU until the client has sent a line end (P-1)', () => {
    const decoder = newDecoder()
    assert.equal(decoder.silence?.(), undefined, 'nothing is pending')
    decoder.push(encodeText('USERPamina'))
    assert.equal(decoder.next(), undefined)
    assert.equal(decoder.silence?.(), 40)
    decoder.settle?.()
    assert.deepEqual(decoder.next(), { ok: true, frame: { command: 'USER', argument: 'Pamina', readable: true } })
    assert.equal(decoder.silence?.(), undefined)

    decoder.push(encodeText('\r\nPASSpapa'))
    assert.equal(decoder.next(), undefined, 'a line end that came late is no PDU')
    assert.equal(decoder.silence?.(), undefined)
    decoder.settle?.()
    assert.equal(decoder.next(), undefined)
    decoder.push(encodeText('gena\n'))
    assert.deepEqual(decoder.next(), { ok: true, frame: { command: 'PASS', argument: 'papagena', readable: true } })
  })

  it('keeps nothing of the chunk that it was given', () => {
    const decoder = newDecoder()
    const chunk = encodeText('USERPamina')
    decoder.push(chunk)
    assert.equal(decoder.next(), undefined)
    chunk.fill(0)
    decoder.push(encodeText('\n'))
    assert.deepEqual(decoder.next(), { ok: true, frame: { command: 'USER', argument: 'Pamina', readable: true } })
  })
})

function newDecoder(): Decoder<CpFrame> {
  return cpCodec.decoder(() => 1) // Whatever the limit of the moment is.
}

function framesOf(text: string) {
  const decoder = newDecoder()
  decoder.push(encodeText(text))
  const first = decoder.next()
  decoder.settle?.()
  return [first ?? decoder.next(), decoder.next()].filter((each) => each !== undefined)
}
