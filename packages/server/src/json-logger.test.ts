import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openJsonLogger } from './json-logger.ts'
import { silentLogger } from './logger.ts'

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

  test('a line is in the file when the call returns, behind what was there, readable by its owner only', async () => {
    const file = join(directory, 'a.log')
    const opened = await openJsonLogger({ level: 'warn', file })
    assert.ok(opened.ok)
    opened.logger.info({ n: 1 }, 'too quiet')
    opened.logger.warn({ connection: 7, msg2: '%s' }, 'a 100 %s line\n')
    const again = await openJsonLogger({ level: 'warn', file })
    assert.ok(again.ok)
    again.logger.error({ error: new Error('boom') }, 'second')
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
  })

  test('the silent logger opens nothing', async () => {
    const file = join(directory, 'never.log')
    assert.deepEqual(await openJsonLogger({ level: 'silent', file }), { ok: true, logger: silentLogger })
    await assert.rejects(stat(file))
  })
})
