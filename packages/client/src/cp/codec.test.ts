import { encodeText } from '@parley/protocols'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PduDecoder, type Pdu } from './codec.ts'

describe('PDUs of a cp server', () => {
  it('end by a line end or by silence, both from one server', () => {
    const decoder = new PduDecoder()
    assert.deepEqual(heard(decoder, '220 received username successfully.\r\n'), ['220'])
    assert.deepEqual(heard(decoder, '230 user authenticated successfully'), [])
    assert.equal(decoder.silence(), 40)
    assert.deepEqual(settled(decoder), ['230'])
    assert.deepEqual(heard(decoder, '\r\n545 receiver user does not exist.\r\n256 no new'), ['545'])
    assert.deepEqual(heard(decoder, ' messages'), [])
    assert.deepEqual(settled(decoder), ['256'])
    assert.equal(decoder.silence(), undefined)
    assert.deepEqual(settled(decoder), [])
  })

  it('are waited for longer when they are messages of a server that has sent line ends so far', () => {
    const decoder = new PduDecoder()
    assert.deepEqual(heard(decoder, '230 user authenticated\r\nRMSGbob:half of'), ['230'])
    assert.equal(decoder.silence(), 1_000)
    assert.deepEqual(heard(decoder, ' it\r\n255 end'), ['bob half of it'])
    assert.equal(decoder.silence(), 40)
    assert.equal(decoder.leavesOutLineEnds, false)
    assert.deepEqual(settled(decoder), ['255'])
    assert.deepEqual(heard(decoder, 'RMSGbob:x'), [])
    assert.deepEqual([decoder.leavesOutLineEnds, decoder.silence()], [true, 40])
  })
})

function heard(decoder: PduDecoder, text: string): readonly string[] {
  decoder.push(encodeText(text))
  const pdus: Pdu[] = []
  for (let item = decoder.next(); item; item = decoder.next()) if (item.ok) pdus.push(item.frame)
  return pdus.map((pdu) =>
    pdu.kind === 'reply' ? pdu.code : pdu.kind === 'message' ? `${pdu.from} ${pdu.text}` : pdu.text,
  )
}

function settled(decoder: PduDecoder): readonly string[] {
  decoder.settle()
  return heard(decoder, '')
}
