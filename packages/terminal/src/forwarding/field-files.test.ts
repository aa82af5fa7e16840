import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { answerFieldFiles, askFieldFile } from './field-files.ts'
import { linked } from './linked.ts'

describe("the field's question for a file (C-12)", () => {
  let directory: string

  beforeEach(async () => {
    const above = await mkdtemp(join(tmpdir(), 'parley-field-'))
    directory = join(above, 'given')
    await mkdir(directory)
    await writeFile(join(above, 'secret.txt'), 'secret')
    await writeFile(join(directory, 'a.txt'), 'hello\r\n')
    await writeFile(join(directory, 'big'), Buffer.alloc(1_024))
    await symlink(join(above, 'secret.txt'), join(directory, 'link.txt'))
  })
  afterEach(() => rm(join(directory, '..'), { recursive: true }))

  async function ask(name: string) {
    const [mine, theirs] = linked()
    const [answer] = await Promise.all([askFieldFile(mine, name), answerFieldFiles(theirs, directory)])
    return answer.ok ? Buffer.from(answer.value).toString() : answer.fail
  }

  test('is answered with a file of the directory', async () => {
    assert.equal(await ask('a.txt'), 'hello\r\n')
  })

  // Proves C-12: the question and both answers, as programs in the field write them.
  test('is answered in the form of the field, without a blank line, and however the question is split', async () => {
    const [mine, theirs] = linked()
    const answered = answerFieldFiles(theirs, directory)
    const question = Buffer.from('\u0000\u0005a.txt\u0000\u0004nope', 'latin1')
    const written = (async () => {
      for (const byte of question) await mine.write(Uint8Array.of(byte))
      mine.end()
    })()
    let heard = ''
    for (let chunk = await mine.read(); chunk; chunk = await mine.read()) heard += Buffer.from(chunk).toString('latin1')
    await Promise.all([answered, written])
    assert.equal(
      heard,
      'HTTP/1.0 200 OK\r\nContent-Type: text\r\nContent-Length: 7\r\nhello\r\n' +
        'HTTP/1.0 404 NotFound\r\nContent-Type: unknown\r\nContent-Length: 0\r\n',
    )
  })

  test('gives away nothing else: no other directory, no link, nothing too large, no directory', async () => {
    for (const name of [
      '../secret.txt',
      join(directory, 'a.txt'),
      'link.txt',
      'big',
      '.',
      '..',
      'none',
      'a.txt\u0000',
    ]) {
      assert.equal(await ask(name), 'not-found', name)
    }
  })

  test('a question without a length that can be is cut off, and an answer that is none is no file', async () => {
    for (const start of [
      [0, 0],
      [0xff, 0xff],
      [0x7f, 0xff],
    ]) {
      const [mine, theirs] = linked()
      const answered = answerFieldFiles(theirs, directory)
      await mine.write(Uint8Array.from(start))
      await answered
      assert.equal(await mine.read(), null)
      assert.ok(mine.lost)
    }
    for (const said of ['', 'HTTP/1.0 200 OK\r\nContent-Length: 9999\r\nx', 'x'.repeat(5_000)]) {
      const [mine, theirs] = linked()
      const answer = askFieldFile(mine, 'a.txt')
      await theirs.read()
      if (said !== '') await theirs.write(Buffer.from(said))
      theirs.end()
      assert.deepEqual(await answer, { ok: false, fail: 'no-answer' })
    }
  })
})
