import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lineNotation } from './line-notation.ts'
import { encodeText } from './text.ts'

describe('line notation', () => {
  it('writes a line as it goes over the wire', () => {
    assert.deepEqual(lineNotation.write('BCST é  x'), encodeText('BCST é  x\n'))
  })

  it('reads the complete lines and says how many bytes they took', () => {
    const bytes = encodeText('OK é\r\n\nPING\nOK BC')
    assert.deepEqual(lineNotation.read(bytes), { lines: ['OK é', '', 'PING'], used: bytes.length - 5 })
  })

  it('reads nothing where no line has ended', () => {
    assert.deepEqual(lineNotation.read(encodeText('PING')), { lines: [], used: 0 })
    assert.deepEqual(lineNotation.read(new Uint8Array(0)), { lines: [], used: 0 })
  })

  it('hides no byte order mark', () => {
    assert.deepEqual(lineNotation.read(encodeText('\ufeffPING\n')).lines, ['\ufeffPING'])
  })
})
