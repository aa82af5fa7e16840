import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { ConversationModel } from '@parley/client/conversations'
import { ConversationLog } from './conversation-log.ts'

describe('a log of conversations', () => {
  let directory: string
  let model: ConversationModel

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-log-'))
    model = new ConversationModel({ now: () => Date.UTC(2026, 0, 2, 12, 0) })
  })
  afterEach(() => rm(directory, { recursive: true }))

  test('has a file for each conversation, which its owner alone can read', async () => {
    model.broadcast('bob', 'before')
    const log = new ConversationLog(model, { directory, server: 'chat.example:1347', me: 'Alice' })
    model.broadcast('bob', 'hi\nalice: no')
    model.told('Bob', 'psst', 'sealed')
    model.told('bob', 'what?', 'sealed', { mine: true })
    model.groupSaid('../cooks', 'bob', 'salt')
    model.note('answer', 'only looked up')
    model.joined('eve')
    await log.close()
    model.broadcast('bob', 'after')
    const place = join(directory, 'chat.example_1347', 'alice')
    assert.deepEqual((await readdir(place)).toSorted(), ['@bob.log', 'cooks.log', 'everybody.log'])
    const at = '2026-01-02T12:00:00.000Z'
    assert.equal(
      await readFile(join(place, 'everybody.log'), 'utf8'),
      `${at} bob: before\n${at} bob: hi\n    alice: no\n`,
    )
    assert.equal(
      await readFile(join(place, '@bob.log'), 'utf8'),
      `${at} Bob to you (sealed): psst\n${at} you to bob (sealed): what?\n`,
    )
    assert.equal((await stat(join(place, '@bob.log'))).mode & 0o777, 0o600)
  })

  test('that cannot be written says so once', async () => {
    await writeFile(join(directory, 'file'), '')
    const log = new ConversationLog(model, { directory: join(directory, 'file'), server: 'x:1', me: 'alice' })
    model.broadcast('bob', 'one')
    await log.close()
    model.broadcast('bob', 'two')
    const warnings = model.lines.filter(({ kind }) => kind === 'warning')
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]?.text ?? '', /cannot be kept in .*no more is written/)
  })
})
