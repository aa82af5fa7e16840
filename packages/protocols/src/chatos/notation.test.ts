import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chatosNotation } from './notation.ts'

describe('chatos notation', () => {
  for (const line of [
    'CR pseudo="ann"',
    'SPM sender="ann" recipient="bob" message="say \\"hi\\"\\nand \\\\ é😀"',
    'SMA sender="ann" message="sender=\\"x\\""',
    'TCPAsk sender="ann" recipient="bob" password=7',
    'TCPAccept sender="ann" recipient="bob" password=32767',
    'TCPAbort sender="ann" recipient="bob" password=-1',
    'TCPConnect sender="ann" recipient="bob" password=0',
    'ERROR OK',
    'ERROR Pseudo-Unavailable',
    'ERROR Invalid-Pseudonym',
    'ERROR Unreachable-User',
    'ERROR TCP-In-Protocole',
    'ERROR TCP-Not-In-Protocole',
    'ERROR code=9',
  ]) {
    it(`reads back what it wrote: ${line}`, () => {
      const bytes = chatosNotation.write(line)
      assert.deepEqual(chatosNotation.read(bytes), { lines: [line], used: bytes.length })
    })
  }

  it('takes a code as a number, and reads it in words', () => {
    const bytes = chatosNotation.write('ERROR code=2')
    assert.deepEqual(bytes, Uint8Array.of(8, 2))
    assert.deepEqual(chatosNotation.read(bytes).lines, ['ERROR Pseudo-Unavailable'])
  })

  it('reads the complete frames and leaves the rest', () => {
    const bytes = Uint8Array.of(8, 1, 1, 0, 1, 0x61, 3, 0, 1, 0x61)
    assert.deepEqual(chatosNotation.read(bytes), { lines: ['ERROR OK', 'CR pseudo="a"'], used: 6 })
    assert.deepEqual(chatosNotation.read(bytes.subarray(6)), { lines: [], used: 0 })
  })

  it('shows bytes that are no packet, and takes all of them', () => {
    const bytes = Uint8Array.of(8, 1, 9, 0, 1, 0x61)
    assert.deepEqual(chatosNotation.read(bytes), { lines: ['ERROR OK', '?? 09 00 01 61'], used: 6 })
  })

  for (const [line, problem] of [
    ['', /No packet is called ""/],
    ['PING', /No packet is called "PING"/],
    ['CR', /pseudo= is what comes next, not ""/],
    ['CR pseudo=ann', /pseudo= is what comes next/],
    ['SMA message="hi" sender="ann"', /sender= is what comes next/],
    ['SMA sender="ann" message="hi" more', /SMA has no place for " more"/],
    ['TCPAsk sender="a" recipient="b" password=32768', /password is a number from -32768 to 32767/],
    ['ERROR Fine', /code= is what comes next/],
    ['ERROR code=256', /code is a number from 0 to 255/],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(line)}`, () => {
      assert.throws(() => chatosNotation.write(line), problem)
    })
  }
})
