import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Base64Decoder, Base64Encoder, base64Length, fromBase64, toBase64 } from './base64.ts'

describe('base64 piece by piece', () => {
  it('encodes as everybody does, however the bytes come', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 }), (pieces) => {
        const encoder = new Base64Encoder()
        const text = Buffer.concat([...pieces.map((piece) => encoder.push(piece)), encoder.end()])
        assert.equal(text.toString(), Buffer.concat(pieces).toString('base64'))
        assert.equal(text.length, base64Length(Buffer.concat(pieces).length))
      }),
    )
  })

  it('encodes into the same bytes again and again where they are not kept', () => {
    const encoder = new Base64Encoder('reused')
    const texts = ['hello, ', 'you', ' two'].map((piece) => {
      const text = encoder.push(Buffer.from(piece))
      return { buffer: text.buffer, said: Buffer.from(text).toString() }
    })
    const said = texts.map((text) => text.said).join('') + Buffer.from(encoder.end()).toString()
    assert.equal(said, Buffer.from('hello, you two').toString('base64'))
    assert.equal(texts[1]!.buffer, texts[0]!.buffer)
  })

  it('decodes what everybody encodes, with and without padding, however the text comes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (bytes, size, bare) => {
          const text = Buffer.from(bytes)
            .toString('base64')
            .replace(bare ? /=/g : /^$/, '')
          assert.deepEqual(decode(text, size), Array.from(bytes))
        },
      ),
    )
  })

  it('takes nothing for base64 that is none', () => {
    for (const text of [
      '*',
      'AAA*',
      'A',
      'AAAAA',
      '=',
      'A===',
      'AA=',
      'AA===',
      'AAA==',
      'AAAA=',
      'AA==AA',
      'AA A',
      'AA-_',
    ]) {
      assert.equal(decode(text, 3), null, text)
    }
  })
})

describe('base64 as a whole', () => {
  it('is what everybody makes of any bytes, and comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'))
        assert.deepEqual(fromBase64(toBase64(bytes)), Uint8Array.from(bytes))
      }),
    )
  })

  it('is refused where it is none, or its padding is missing', () => {
    for (const text of ['A', 'AA', 'AAA', 'AA=', 'AA A', 'AA-_', 'A===', 'é==='])
      assert.equal(fromBase64(text), null, text)
  })
})

function decode(text: string, size: number): readonly number[] | null {
  const decoder = new Base64Decoder()
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += size) {
    const piece = decoder.push(Buffer.from(text.slice(at, at + size)))
    if (!piece) return null
    bytes.push(...piece)
  }
  const last = decoder.end()
  return last && [...bytes, ...last]
}
