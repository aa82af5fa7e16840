import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'

const pretendOld = `Object.defineProperty(process, 'versions', { value: { node: '20.19.0' } })`

/** The start file alone in a directory, run by a Node that says it is old; `bundled`: the shell script in place of the new one. */
async function startOld(t: TestContext, args: readonly string[], bundled?: string) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-start-'))
  t.after(() => rm(directory, { recursive: true }))
  const file = join(directory, 'parley.cjs')
  const old = join(directory, 'old.cjs')
  await copyFile(join(import.meta.dirname, '../bin/parley.js'), file)
  await writeFile(old, pretendOld)
  if (bundled !== undefined) {
    const bin = join(directory, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin')
    await mkdir(bin, { recursive: true })
    await writeFile(join(bin, 'node'), `#!/bin/sh\n${bundled}\n`)
    await chmod(join(bin, 'node'), 0o700)
  }
  const child = spawn(process.execPath, ['--require', old, file, ...args], { stdio: 'pipe' })
  return { child, exit: once(child, 'exit'), old, file, written: text(child.stdout), complaints: text(child.stderr) }
}

test('an old Node hands over to the bundled one, with the arguments and the exit code', async (t) => {
  const { exit, written, old, file } = await startOld(t, ['user', 'add', 'a b'], 'printf "<%s>" "$@"; exit 7')
  assert.deepEqual(await exit, [7, null])
  assert.equal(await written, `<--require><${old}><${file}><user><add><a b>`)
})

test('signals are passed on to the bundled Node, and how it ended comes back', async (t) => {
  const { child, exit } = await startOld(t, [], 'trap "exit 9" TERM; echo up; read line')
  await Promise.race([once(child.stdout, 'data'), exit.then(() => assert.fail('it ended before it was up'))])
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [9, null])
})

test('a bundled Node that a signal killed ends the start file in the same way', async (t) => {
  const { exit } = await startOld(t, [], 'kill -KILL $$')
  assert.deepEqual(await exit, [null, 'SIGKILL'])
})

test('an old Node without a bundled one says what to do', async (t) => {
  const { exit, complaints } = await startOld(t, ['serve'])
  assert.deepEqual(await exit, [1, null])
  assert.match(
    await complaints,
    /^error: parley needs Node 24\.11 or newer, and this is Node 20\.19\.0\.\nerror: Install/,
  )
})
