import type { FileOffer, UserName } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { documentFiles, fieldFiles } from './file-forms.ts'

const checksums = { md5: '5d41402abc4b2a76b9719d911017c592', 'weighted-sum': '1617' }
const offer: FileOffer = { from: 'ann' as UserName, to: 'bob' as UserName, name: 'a/note.txt', size: 5, checksums }

describe('what json says of a file (J-15)', () => {
  it('is its size and MD5 where they are known', () => {
    assert.deepEqual(documentFiles.offered(offer, 'note.txt'), {
      sender: 'ann',
      filename: 'note.txt',
      size: 5,
      checksum: checksums.md5,
    })
    const unknown = { ...offer, size: null, checksums: { 'weighted-sum': '1617' } }
    assert.deepEqual(documentFiles.offered(unknown, 'note.txt'), { sender: 'ann', filename: 'note.txt' })
  })

  it('is in field form never the MD5, and the size only up to 2,147,483,647', () => {
    const said = { sender: 'ann', filename: 'note.txt' }
    assert.deepEqual(fieldFiles.offered(offer, 'note.txt'), { ...said, size: 5 })
    assert.deepEqual(fieldFiles.offered({ ...offer, size: 2_147_483_647 }, 'note.txt'), {
      ...said,
      size: 2_147_483_647,
    })
    assert.deepEqual(fieldFiles.offered({ ...offer, size: 2_147_483_648 }, 'note.txt'), said)
  })

  it('takes a size of 0 in field form for none', () => {
    assert.deepEqual([documentFiles.sizeOf(0), documentFiles.sizeOf(5), documentFiles.sizeOf(null)], [0, 5, null])
    assert.deepEqual([fieldFiles.sizeOf(0), fieldFiles.sizeOf(5), fieldFiles.sizeOf(null)], [null, 5, null])
  })
})
