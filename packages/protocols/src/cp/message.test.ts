import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { encodeText } from '../kit/text.ts'
import { isAscii, messagePdus, toAscii } from './message.ts'

describe('cp message', () => {
  it('turns every colon of the text into a semicolon (P-9)', () => {
    assert.deepEqual(messagePdus('ann', 'at 10:30: tea', 'utf-8'), ['RMSGann:at 10;30; tea'])
  })

  it('makes one PDU of each line that is not empty, each with the mark (X-4)', () => {
    assert.deepEqual(messagePdus('ann', '\none\n\u2028two', 'utf-8', '[all] '), [
      'RMSGann:[all] one',
      'RMSGann:[all] two',
    ])
  })

  it('loses no character of a long text and makes no PDU of more than 1,024 bytes (P-1, P-9)', () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3_000, size: 'max' })
    const line = texts.map((text) => text.replaceAll(/[\n\u2028\u2029:]/g, '') || 'x')
    fc.assert(
      fc.property(line, fc.constantFrom('', '[all] '), (text, mark) => {
        const pdus = messagePdus('ann', text, 'utf-8', mark)
        for (const pdu of pdus) assert.ok(encodeText(`${pdu}\r\n`).length <= 1_024)
        assert.equal(pdus.map((pdu) => pdu.slice(`RMSGann:${mark}`.length)).join(''), text)
      }),
      { numRuns: 50 },
    )
  })

  it('fills a PDU to the last byte', () => {
    const [first = '', second] = messagePdus('ann', 'x'.repeat(1_015), 'utf-8')
    assert.equal(`${first}\r\n`.length, 1_024)
    assert.equal(second, 'RMSGann:x')
  })

  it('strips the accents and asks for the rest where only ASCII is wanted (P-9)', () => {
    const ascii = (text: string) => messagePdus('ann', text, 'ascii').join('|').slice('RMSGann:'.length)
    assert.equal(ascii('crème brûlée, Ångström'), 'creme brulee, Angstrom')
    assert.equal(ascii('ß 😀 €\tπ:'), '? ? ?\t?;')
    assert.equal(ascii('\u0301'), '?', 'an accent on its own is still a text')
    assert.equal(ascii('cafe\u0301 ở'), 'cafe o', 'an accent of its own character, and two on one letter')
  })

  it('makes nothing longer by making it ASCII, so that a PDU stays one', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 200 })
    fc.assert(
      fc.property(texts, (text) => {
        const ascii = toAscii(text)
        assert.ok(isAscii(ascii))
        assert.ok(ascii.length <= encodeText(text).length)
        assert.equal(ascii === '', text === '')
      }),
    )
  })
})
