import type { FileOffer, UserName } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { heloFraming } from './file-framing.ts'

describe('the line of a file by helo (H-11)', () => {
  const offer: FileOffer = {
    from: 'ann' as UserName,
    to: 'bob' as UserName,
    name: 'my/photo of ann',
    size: 5,
    checksums: { 'weighted-sum': '-1617' },
  }

  it('names its sender twice, with metadata as they were typed, or as they are safe from another protocol (H-10)', () => {
    assert.equal(headOf(true), 'FILE <ann @ann 5 my/photo of ann -1617 ')
    assert.equal(headOf(false), 'FILE <ann @ann 5 photo_of_ann.bin -1617 ')
    assert.equal(new TextDecoder().decode(heloFraming.tail), '\n')
  })

  it('has no more base64 than its size needs', () => {
    for (const [size, bytes] of [
      [0, 0],
      [1, 4],
      [3, 4],
      [4, 8],
    ] as const) {
      assert.deepEqual(heloFraming.longestBody({ ...offer, size }, 1_000), { bytes, outcome: 'corrupted' })
    }
  })

  function headOf(direct: boolean): string {
    return new TextDecoder().decode(heloFraming.head(offer, direct))
  }
})
