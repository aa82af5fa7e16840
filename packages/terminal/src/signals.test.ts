import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'

const waiting = `
  import { untilSignal } from '${pathToFileURL(join(import.meta.dirname, 'signals.ts')).href}'
  setInterval(() => {}, 1_000)
  const signal = untilSignal()
  console.log('waiting')
  console.log(await signal)
`

test('the first signal is told, and a later one ends a stop that hangs with 1', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', waiting], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  assert.equal(String(await once(child.stdout, 'data')), 'waiting\n')
  child.kill('SIGTERM')
  assert.equal(String(await once(child.stdout, 'data')), 'SIGTERM\n')
  const again = setInterval(() => child.kill('SIGINT'), 20)
  assert.deepEqual(await exit, [1, null])
  clearInterval(again)
})
