import type { FileOffer, UserName } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeText } from '../kit/text.ts'
import { jsonFraming } from './file-framing.ts'

const md5 = '5d41402abc4b2a76b9719d911017c592'

describe('the bytes of a file by json (J-16)', () => {
  it('begin with three characters of its extension and its MD5, which are a part of what is passed on', () => {
    for (const [name, extension] of [
      ['note.txt', 'txt'],
      ['photo.jpeg', 'jpe'],
      ['program.c', 'c  '],
      ['Makefile', '   '],
      ['a.b/c', '   '],
      ['naïve.ünï', 'n  '],
    ] as const) {
      assert.equal(headOf({ ...offer, name }, false), extension + md5)
      assert.equal(headOf({ ...offer, name }, true), '')
    }
  })

  it('are taken out from behind that header, however they are cut', () => {
    const body = encodeText(`txt${md5.toUpperCase()}hello`)
    for (const size of [1, 7, 35, 100]) {
      const decoder = jsonFraming.decoder()
      let bytes = ''
      for (let at = 0; at < body.length; at += size) {
        bytes += new TextDecoder().decode(decoder.push(body.subarray(at, at + size)) ?? undefined)
      }
      assert.equal(bytes + new TextDecoder().decode(decoder.end() ?? undefined), 'hello')
      assert.deepEqual(decoder.said, { md5 })
    }
  })

  it('are none where the header is not whole', () => {
    const decoder = jsonFraming.decoder()
    decoder.push(encodeText(`txt${md5.slice(1)}`))
    assert.equal(decoder.end(), null)
  })

  it('may be as many as the largest file has, and the header', () => {
    assert.deepEqual(jsonFraming.longestBody(offer, 1_000), { bytes: 1_035, outcome: 'too-large' })
  })
})

const offer: FileOffer = {
  from: 'ann' as UserName,
  to: 'bob' as UserName,
  name: 'note.txt',
  size: 5,
  checksums: { md5 },
}

function headOf(offer: FileOffer, direct: boolean): string {
  return new TextDecoder().decode(jsonFraming.head(offer, direct))
}
