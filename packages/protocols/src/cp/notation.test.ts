import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeText } from '../kit/text.ts'
import { cpNotation } from './notation.ts'

describe('cp notation', () => {
  it('writes a PDU with CRLF', () => {
    assert.deepEqual(cpNotation.write('USERPamina'), encodeText('USERPamina\r\n'))
  })

  it('reads complete PDUs and leaves the rest', () => {
    const read = cpNotation.read(encodeText('220 yes\r\n240 é\r\nRMSGa'))
    assert.deepEqual(read, { lines: ['220 yes', '240 é'], used: '220 yes\r\n240 é\r\n'.length + 1 })
    assert.deepEqual(cpNotation.read(encodeText('230')), { lines: [], used: 0 })
  })

  it('takes a line feed alone for no end', () => {
    assert.deepEqual(cpNotation.read(encodeText('\n220\n')), { lines: [], used: 0 })
    assert.deepEqual(cpNotation.read(encodeText('2\n0\r\n\n')), { lines: ['2\n0'], used: 5 })
  })
})
