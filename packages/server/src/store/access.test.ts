import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '../logger.ts'
import { warnOfAccess } from './access.ts'
import { lockDataDirectory } from './directory-lock.ts'
import { scratchDirectory } from '../../testing/scratch.ts'
import { openLocalSqliteStore } from './sqlite-store.ts'

test('of what the server makes itself there is nothing to warn of, nor of what is not there', async (t) => {
  const directory = join(scratchDirectory(t), 'data')
  const lock = lockDataDirectory(directory)
  const store = openLocalSqliteStore(directory, silentLogger)
  assert.ok(lock.ok && store.ok)
  await store.value.commit([], 1, 1)
  assert.deepEqual(warnings(directory), [])
  await store.value.close()
  lock.value.release()
})

test('a directory or a file that others may open is named, and the command that is said closes it', (t) => {
  const directory = join(scratchDirectory(t), "Ann's data")
  mkdirSync(directory, { mode: 0o700 })
  const database = join(directory, 'parley.db')
  writeFileSync(database, '')
  for (const mode of [0o755, 0o710, 0o701]) {
    chmodSync(directory, mode)
    chmodSync(database, 0o640)
    const [ofDirectory, ofDatabase, ...others] = warnings(directory)
    assert.ok(ofDirectory!.message.includes(`${directory} (mode ${mode.toString(8)})`))
    assert.ok(ofDatabase!.message.includes(`${database} (mode 640)`))
    assert.deepEqual(others, [])
    for (const { command } of [ofDirectory!, ofDatabase!]) execFileSync('/bin/sh', ['-c', command])
    assert.deepEqual(warnings(directory), [])
    assert.equal(statSync(directory).mode & 0o777, 0o700)
  }
})

function warnings(directory: string): { command: string; message: string }[] {
  const heard: { command: string; message: string }[] = []
  const warn = (fields: object, message: string) => {
    heard.push({ message, command: 'command' in fields ? String(fields.command) : '' })
  }
  warnOfAccess(directory, { ...silentLogger, warn })
  return heard
}
