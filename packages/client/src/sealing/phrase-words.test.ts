import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { entropyIn, wordsOf } from './phrase-words.ts'

/** The published vectors of BIP 39. */
const vectors = [
  ['00', 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'],
  ['7f', 'legal winner thank year wave sausage worth useful legal winner thank yellow'],
  ['80', 'letter advice cage absurd amount doctor acoustic avoid letter advice cage above'],
  ['ff', 'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong'],
] as const

describe('the words of a recovery phrase', () => {
  for (const [byte, phrase] of vectors) {
    it(`are those of BIP 39 for sixteen times ${byte}`, async () => {
      const entropy = Uint8Array.from({ length: 16 }, () => Number.parseInt(byte, 16))
      assert.equal((await wordsOf(entropy)).join(' '), phrase)
      assert.deepEqual(await entropyIn(phrase.split(' ')), entropy)
    })
  }

  it('are none where one is misspelt, missing or another word', async () => {
    const words = vectors[1][1].split(' ')
    assert.equal(await entropyIn(words.with(3, 'yeer')), null)
    assert.equal(await entropyIn(words.with(3, 'zoo')), null)
    assert.equal(await entropyIn(words.slice(1)), null)
    assert.equal(await entropyIn(['']), null)
  })
})
