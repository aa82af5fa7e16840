import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { makeDirectory } from './make-directory.ts'

describe('a directory that is made', () => {
  let above: string
  beforeEach(async () => {
    above = await mkdtemp(join(tmpdir(), 'parley-directory-'))
  })
  afterEach(() => rm(above, { recursive: true }))

  it('is there with those above it, for its owner alone, also where several make it at once', async () => {
    const path = join(above, 'a', 'b')
    await Promise.all([makeDirectory(path), makeDirectory(path), makeDirectory(path)])
    await makeDirectory(path)
    assert.equal((await stat(path)).mode & 0o777, 0o700)
    assert.equal((await stat(join(above, 'a'))).mode & 0o777, 0o700)
  })

  it('fails with the reason where a file, or a link to nothing, is in the way', async () => {
    await writeFile(join(above, 'file'), '')
    await assert.rejects(makeDirectory(join(above, 'file')), { code: 'EEXIST' })
    await assert.rejects(makeDirectory(join(above, 'file', 'a')), { code: 'ENOTDIR' })
    await symlink(join(above, 'nowhere'), join(above, 'link'))
    await assert.rejects(makeDirectory(join(above, 'link')), { code: 'EEXIST' })
  })

  it('fails at once below /proc, which takes none', { skip: !existsSync('/proc/self') && 'there is no /proc' }, () =>
    assert.rejects(makeDirectory('/proc/parley/keys'), { code: 'ENOENT' }),
  )
})
