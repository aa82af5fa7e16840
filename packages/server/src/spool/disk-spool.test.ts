import { spoolSuite } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silentLogger } from '../logger.ts'
import { openDiskSpool } from './disk-spool.ts'

spoolSuite('the disk spool', (quota, t) => openDiskSpool(join(scratch(t), 'spool'), { quota, leaves: 0 }, silentLogger))

test('the disk spool deletes what an earlier server left, and makes nothing before the first file', async (t) => {
  const directory = join(scratch(t), 'spool')
  mkdirSync(directory)
  writeFileSync(join(directory, '1'), 'left behind')
  const spool = await openDiskSpool(directory, { quota: 100, leaves: 0 }, silentLogger)
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
  const spool = await openDiskSpool(join(blocked, 'spool'), { quota: 100, leaves: 0 }, silentLogger)
  assert.deepEqual(await spool.create(), { ok: false, fail: 'spool-unavailable' })
})

test('the spool leaves the database the room that it was told to leave', async (t) => {
  const directory = scratch(t)
  const { bavail, bsize } = statfsSync(directory)
  const limits = { quota: 1e12, leaves: 2 * bavail * bsize }
  const spool = await openDiskSpool(join(directory, 'spool'), limits, silentLogger)
  const file = await spool.create()
  assert.ok(file.ok)
  assert.deepEqual(await file.value.append(new Uint8Array(1_000)), { ok: false, fail: 'spool-full' })
  assert.equal(spool.size, 0)
  limits.leaves = 0
  const other = await spool.create()
  assert.ok(other.ok)
  assert.deepEqual(await other.value.append(new Uint8Array(1_000)), { ok: true, value: undefined })
  for (const each of [file, other]) await each.value.delete()
})

function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-spool-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
