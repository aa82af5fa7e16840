import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { makeDirectory } from './make-directory.ts'

describe('a directory that is made', () => {
  let above: string
  beforeEach(() => {
    above = mkdtempSync(join(tmpdir(), 'parley-directory-'))
  })
  afterEach(() => rmSync(above, { recursive: true }))

  it('is there with those above it, for its owner alone, and may be there already', () => {
    const path = join(above, 'a', 'b', 'c')
    for (let times = 0; times < 2; times++) makeDirectory(path)
    assert.deepEqual(
      ['a', 'a/b', 'a/b/c'].map((each) => statSync(join(above, each)).mode & 0o777),
      [0o700, 0o700, 0o700],
    )
  })

  it('fails with the reason where a file, or a link to nothing, is in the way', () => {
    writeFileSync(join(above, 'file'), '')
    assert.throws(() => makeDirectory(join(above, 'file')), { code: 'EEXIST' })
    assert.throws(() => makeDirectory(join(above, 'file', 'a')), { code: 'ENOTDIR' })
    symlinkSync(join(above, 'nowhere'), join(above, 'link'))
    assert.throws(() => makeDirectory(join(above, 'link')), { code: 'EEXIST' })
  })

  it('fails at once below /proc, which takes none', { skip: !existsSync('/proc/self') && 'there is no /proc' }, () => {
    assert.throws(() => makeDirectory('/proc/parley/data'), { code: 'ENOENT' })
  })
})
