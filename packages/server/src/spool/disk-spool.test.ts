import { spoolSuite } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silentLogger } from '../logger.ts'
import { openDiskSpool } from './disk-spool.ts'

spoolSuite('the disk spool', (quota, t) => openDiskSpool(join(scratch(t), 'spool'), quota, silentLogger))

test('the disk spool deletes what an earlier server left, and makes nothing before the first file', async (t) => {
  const directory = join(scratch(t), 'spool')
  mkdirSync(directory)
  writeFileSync(join(directory, '1'), 'left behind')
  const spool = await openDiskSpool(directory, 100, silentLogger)
  assert.equal(existsSync(directory), false)
  const file = await spool.create()
  assert.ok(file.ok)
  assert.equal(statSync(directory).mode & 0o777, 0o700)
  assert.equal(statSync(join(directory, '1')).mode & 0o777, 0o600)
  await file.value.delete()
  assert.deepEqual(readdirSync(directory), [])
})

test('a full disk is an answer, and so is one where nothing can be made', async (t) => {
  const directory = scratch(t)
  const blocked = join(directory, 'file')
  writeFileSync(blocked, '')
  const spool = await openDiskSpool(join(blocked, 'spool'), 100, silentLogger)
  assert.deepEqual(await spool.create(), { ok: false, fail: 'spool-unavailable' })
})

function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-spool-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
