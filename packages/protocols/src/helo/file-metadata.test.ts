import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseMetadata, safeName } from './file-metadata.ts'

describe('the metadata of a helo file (H-10)', () => {
  it('is size, path as typed and checksum', () => {
    assert.deepEqual(parseMetadata('12 ../pics/a.png -7'), {
      name: '../pics/a.png',
      size: 12,
      checksums: { 'weighted-sum': '-7' },
    })
    assert.equal(parseMetadata('0 e.txt 0')?.size, 0)
    assert.equal(parseMetadata('1 C:\\pics\\a.png 1')?.name, 'C:\\pics\\a.png')
    assert.equal(parseMetadata('1 a.png -2147483648')?.checksums['weighted-sum'], '-2147483648')
  })

  for (const text of [
    '',
    '12 a.png',
    '12 a.png 7 more',
    '12  a.png 7',
    '-1 a.png 7',
    '012 a.png 7',
    '1e3 a.png 7',
    '12 png 7',
    '12 a.d/png 7',
    '12 a/.. 7',
    '12 a.png/ 7',
    '12 a\u001b[31m.png 7',
    '12 a.png x',
    '12 a.png -0',
    '12 a.png 2147483648',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parseMetadata(text), null))
  }

  it('has a name that is safe for a receiver in the field', () => {
    const names = {
      'a.png': 'a.png',
      'my holiday.png': 'my_holiday.png',
      notes: 'notes.bin',
      '../../etc/passwd': 'passwd.bin',
      'C:\\Windows\\evil.exe': 'evil.exe',
      '..': 'file.bin',
      '': 'file.bin',
      'a/': 'file.bin',
      '.profile': '.profile',
      'a\u0000b\u0085\u2028c.txt': 'ab_c.txt',
    }
    for (const [name, safe] of Object.entries(names)) assert.equal(safeName(name), safe)
    assert.equal(safeName(`${'x'.repeat(500)}.png`).length, 120)
  })
})
