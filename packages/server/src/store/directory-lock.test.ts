import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { prepareDataDirectory } from './data-directory.ts'
import { lockDataDirectory, type DirectoryLock } from './directory-lock.ts'
import { scratchDirectory, startProcess } from '../../testing/scratch.ts'

test('a second server in the same process is refused, told who is there, and gets its turn after the release', (t) => {
  const directory = scratchDirectory(t)
  const first = locked(t, directory)
  // Twice, because a clumsy second attempt could take the lock away from the first.
  for (let attempt = 0; attempt < 2; attempt++) {
    const refused = lockDataDirectory(directory)
    assert.ok(!refused.ok && refused.problem.kind === 'directory-in-use')
    assert.equal(refused.problem.holder?.pid, process.pid)
    assert.match(refused.problem.message, new RegExp(`process ${process.pid} on .*, since 2.*Stop that one first`))
  }
  first.release()
  first.release()
  locked(t, directory)
})

test('a live server in another process is refused, however forgetful, and its lock goes when it is killed', async (t) => {
  const directory = scratchDirectory(t)
  const other = startProcess(
    t,
    `const { lockDataDirectory } = await import('$directory-lock')
     const { ok } = lockDataDirectory(process.argv[1])
     gc()
     await new Promise((resolve) => setTimeout(resolve, 10))
     console.log(ok)
     setInterval(() => {}, 1000)`,
    [directory],
  )
  assert.equal((await other.lines.next()).value, 'true')
  const refused = lockDataDirectory(directory)
  assert.ok(!refused.ok && refused.problem.kind === 'directory-in-use')
  assert.equal(refused.problem.holder?.pid, other.child.pid)
  await other.kill()
  locked(t, directory)
  assert.equal(JSON.parse(readFileSync(join(directory, 'server.json'), 'utf8')).pid, process.pid)
})

test('our attempt at a directory does not loosen the lock of the other process', async (t) => {
  const directory = scratchDirectory(t)
  const ours = locked(t, directory)
  assert.ok(!lockDataDirectory(directory).ok)
  const other = startProcess(
    t,
    `const { lockDataDirectory } = await import('$directory-lock')
     const attempt = lockDataDirectory(process.argv[1])
     console.log(attempt.ok ? 'locked' : attempt.problem.holder.pid)
     setInterval(() => {}, 1000)`,
    [directory],
  )
  assert.equal((await other.lines.next()).value, String(process.pid))
  ours.release()
})

test('the holder writes down who it is, for this user alone, and takes it back', (t) => {
  const directory = scratchDirectory(t)
  const lock = locked(t, directory)
  const notice = join(directory, 'server.json')
  const { pid, host, startedAt } = JSON.parse(readFileSync(notice, 'utf8'))
  assert.deepEqual([pid, host], [process.pid, hostname()])
  assert.equal(new Date(startedAt).toISOString(), startedAt)
  for (const file of [notice, join(directory, 'parley.db')]) assert.equal(statSync(file).mode & 0o777, 0o600)
  lock.release()
  assert.equal(existsSync(notice), false)
})

test('a notice that nobody can read does not hide that the directory is in use', (t) => {
  const directory = scratchDirectory(t)
  locked(t, directory)
  for (const nonsense of ['', 'null', '{"pid":"1"}']) {
    writeFileSync(join(directory, 'server.json'), nonsense)
    const refused = lockDataDirectory(directory)
    assert.ok(!refused.ok && refused.problem.kind === 'directory-in-use')
    assert.equal(refused.problem.holder, null)
    assert.match(refused.problem.message, /belongs to a running server\. Stop/)
  }
})

test('a directory that cannot be made or is none is refused with its path and the reason', (t) => {
  const file = join(scratchDirectory(t), 'file')
  writeFileSync(file, '')
  for (const [path, reason] of [
    [file, 'it is not a directory'],
    [join(file, 'below'), 'something on the way to it is not a directory'],
  ] as const)
    for (const attempt of [prepareDataDirectory, lockDataDirectory]) {
      const refused = attempt(path)
      assert.ok(!refused.ok && refused.problem.kind === 'directory-unusable')
      assert.ok(refused.problem.message.startsWith(`Cannot use the data directory ${path}: ${reason}. Make it`))
    }
})

test('a directory that may not be written is refused', { skip: process.getuid?.() === 0 && 'root may write' }, (t) => {
  const directory = scratchDirectory(t)
  chmodSync(directory, 0o500)
  const refused = prepareDataDirectory(directory)
  assert.ok(!refused.ok)
  assert.match(refused.problem.message, /permission denied/)
})

function locked(t: TestContext, directory: string): DirectoryLock {
  const lock = lockDataDirectory(directory)
  assert.ok(lock.ok)
  t.after(() => lock.value.release())
  return lock.value
}
