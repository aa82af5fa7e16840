import assert from 'node:assert/strict'
import { it } from 'node:test'
import { filePort } from './file-port.ts'

it('the file port is the one behind the json port, any free one where that is, or the one that was chosen (J-16)', () => {
  assert.equal(filePort('').port(1357), 1358)
  assert.equal(filePort('').port(0), 0)
  assert.equal(filePort('').port(65_535), 0)
  assert.equal(filePort('9000').port(1357), 9000)
  assert.equal(filePort('0').port(1357), 0)
})
