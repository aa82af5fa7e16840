import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { openJsonLogger } from './json-logger.ts'

interface Line {
  readonly time: string
  readonly error?: { readonly message: string; readonly stack: string }
}

describe('the JSON logger', () => {
  let directory: string

  function parseLine(line: string): Line {
    return JSON.parse(line)
  }

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-log-'))
  })
  after(() => rm(directory, { recursive: true }))

  test('lines are in the file once it is closed, behind what was there, readable by its owner only', async () => {
    const file = join(directory, 'a.log')
    const opened = await openJsonLogger({ level: 'warn', file })
    assert.ok(opened.ok)
    opened.logger.info({ n: 1 }, 'too quiet')
    opened.logger.warn({ connection: 7, msg2: '%s' }, 'a 100 %s line\n')
    const again = await openJsonLogger({ level: 'warn', file })
    assert.ok(again.ok)
    await opened.logger.close()
    again.logger.error({ error: new Error('boom') }, 'second')
    await again.logger.close()
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    const [first, second] = lines.map((line) => parseLine(line))
    assert.equal(lines.length, 2)
    const { time, ...rest } = first!
    assert.match(time, /^\d{4}-\d\d-\d\dT.*Z$/)
    assert.deepEqual(rest, { level: 'warn', connection: 7, msg2: '%s', msg: 'a 100 %s line\n' })
    const error = second!.error
    assert.equal(error?.message, 'boom')
    assert.match(error?.stack ?? '', /json-logger\.test\.ts/)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
  })

  test('a log file that cannot be opened is named with the reason', async () => {
    const blocker = join(directory, 'plain')
    await writeFile(blocker, '')
    const file = join(blocker, 'x.log')
    assert.deepEqual(await openJsonLogger({ level: 'info', file }), {
      ok: false,
      message: `The log file ${file} cannot be written: part of the path is no directory.`,
    })
  })

  test('a full disk neither throws nor takes the server down', { skip: process.platform !== 'linux' }, async () => {
    const opened = await openJsonLogger({ level: 'info', file: '/dev/full' })
    assert.ok(opened.ok)
    for (let n = 0; n < 3; n++) opened.logger.info({ n }, 'lost')
    await opened.logger.close()
  })

  test('a file that was moved away is opened anew, at another level, and nothing is lost', async () => {
    const file = join(directory, 'rotated.log')
    const opened = await openJsonLogger({ level: 'info', file })
    assert.ok(opened.ok)
    const { logger } = opened
    logger.info({}, 'one')
    await rename(file, `${file}.1`)
    logger.info({}, 'two')
    assert.equal(await logger.reopen({ level: 'error', file }), null)
    logger.info({}, 'too quiet')
    logger.error({}, 'three')
    assert.match(String(await logger.reopen({ level: 'info', file: directory })), /it is a directory/)
    logger.error({}, 'four')
    await logger.close()
    const said = async (path: string) =>
      [...(await readFile(path, 'utf8')).matchAll(/"msg":"(.*?)"/g)].map(([, m]) => m)
    assert.deepEqual(await Promise.all([`${file}.1`, file].map(said)), [
      ['one', 'two'],
      ['three', 'four'],
    ])
  })

  test(
    'a pipe that nobody reads holds nobody up, and what was lost is counted',
    { skip: !existsSync('/usr/bin/mkfifo') && 'there is no mkfifo' },
    async () => {
      const file = join(directory, 'pipe')
      execFileSync('/usr/bin/mkfifo', [file])
      const opened = await openJsonLogger({ level: 'info', file })
      assert.ok(opened.ok)
      const filler = 'x'.repeat(1_000)
      for (let n = 0; n < 3_000; n++) opened.logger.info({ n }, filler)
      const lines = createInterface({ input: createReadStream(file) })
      const heard: { n?: number; lost?: number }[] = []
      for await (const line of lines) {
        heard.push(JSON.parse(line))
        // Whatever was lost is said before the next line that is not.
        if (heard.length === 500) opened.logger.info({ n: 3_000 }, 'after')
        if (heard.at(-1)?.n === 3_000) break
      }
      const at = heard.findIndex(({ lost }) => lost !== undefined)
      const { lost = 0 } = heard[at]!
      assert.ok(lost > 1_000, `${lost} lines`)
      assert.deepEqual([heard.length, heard[at - 1]!.n, heard[at + 1]!.n], [3_002 - lost, 2_999 - lost, 3_000])
      await opened.logger.close()
    },
  )

  test('the silent logger opens nothing', async () => {
    const file = join(directory, 'never.log')
    const opened = await openJsonLogger({ level: 'silent', file })
    assert.ok(opened.ok)
    opened.logger.error({}, 'nobody hears this')
    await opened.logger.close()
    await assert.rejects(stat(file))
  })
})
