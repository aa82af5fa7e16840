import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'

const opensServer = `createServer().listen(0, '127.0.0.1')`

describe('a process of many tests', { timeout: 60_000 }, () => {
  it('ends, has failed and says why where one of them leaves a server open', async (t) => {
    const { code, output, complaints } = await run(t, opensServer)
    assert.match(output, /^ℹ pass 2$/m)
    assert.match(complaints, /still has something open: .*TCPServerWrap.*\.$/m)
    assert.equal(code, 1)
  })

  it('ends by itself where none does, and nothing is said', async (t) => {
    const { code, output, complaints } = await run(t, `${opensServer}.unref()`)
    assert.match(output, /^ℹ pass 2$/m)
    assert.deepEqual([code, complaints], [0, ''])
  })
})

/** Two planted test files, of which one does `what`, in one process. */
async function run(t: TestContext, what: string) {
  const directory = mkdtempSync(join(tmpdir(), 'parley-left-open-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const planted = {
    'one.test.mjs': `
      import { createServer } from 'node:net'
      import { after, test } from 'node:test'
      import { failWhereLeftOpen } from ${JSON.stringify(import.meta.resolve('./left-open.ts'))}
      after(() => failWhereLeftOpen(100))
      test('one', () => void ${what})`,
    'two.test.mjs': `
      import { test } from 'node:test'
      test('two', () => {})`,
  }
  const files = Object.entries(planted).map(([name, text]) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  })
  // What Node tells the processes of one run would make this one print for a program.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const args = ['--test', '--test-isolation=none', '--test-reporter=spec', ...files]
  return new Promise<{ code: unknown; output: string; complaints: string }>((resolve) => {
    execFile(process.execPath, args, { env, timeout: 30_000 }, (error, output, complaints) =>
      resolve({ code: error ? error.code : 0, output, complaints }),
    )
  })
}
