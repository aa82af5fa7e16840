import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { lockDataDirectory, HookAdmin, silentLogger, startAdminServer, systemRandom } from '@parley/server'
import { MemoryServer } from '@parley/server/testing'
import { FakeStreams } from './fake-streams.ts'
import { run } from './index.ts'

describe('parley hook', () => {
  let data: string

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'parley-hook-'))
  })
  afterEach(() => rm(data, { recursive: true }))

  async function parley(...args: readonly string[]) {
    const streams = new FakeStreams({ piped: 'geheim\n' })
    const code = await run([...args, '--data', data], streams)
    return [code, streams.written, streams.complaints] as const
  }

  test('a bot is added, its token shown once, listed and removed', async () => {
    const [code, written, complaints] = await parley('hook', 'add', 'Robot', '--to', '#Build')
    assert.deepEqual([code, complaints], [0, 'Added Robot. Keep what follows: it is not shown again.\n'])
    const [, token = ''] = /^path: \/hooks\/([\w-]{43})\n$/.exec(written) ?? []
    const url = ['--url', 'https://example.org/in', '--hears', '*', '--hears', '#Build']
    const [, called] = await parley('hook', 'add', 'relay', ...url)
    assert.match(called, /^path: \/hooks\/[\w-]{43}\nsecret: whsec_[A-Za-z0-9+/]{43}=\n$/)
    const [, list] = await parley('hook', 'list')
    const lines = [
      'Robot posts to #build',
      'relay posts to any conversation; https://example.org/in is told of * #build',
    ]
    assert.equal(list, `${lines.join('\n')}\n`)
    assert.ok(token !== '' && !list.includes(token))
    assert.deepEqual(await parley('hook', 'remove', 'ROBOT'), [0, 'Removed Robot.\n', ''])
    const unknown = 'error: There is no bot robot; parley hook list shows which there are.\n'
    assert.deepEqual(await parley('hook', 'remove', 'robot'), [1, '', unknown])
  })

  test('names that clash are refused from both sides', async () => {
    await parley('hook', 'add', 'robot')
    const [, , again] = await parley('hook', 'add', 'ROBOT')
    assert.match(again, /There is a bot ROBOT already/)
    const [code, , account] = await parley('user', 'add', 'robot', '--password-stdin')
    assert.equal(code, 1)
    assert.match(account, /robot is the name of a bot; parley hook list shows it/)
    await parley('user', 'add', 'carol', '--password-stdin')
    assert.match((await parley('hook', 'add', 'carol'))[2], /carol is a registered name/)
  })

  test('what is typed wrongly is named, and makes nothing', async () => {
    const rows: readonly (readonly [readonly string[], RegExp])[] = [
      [['add', 'no good'], /a name is 1 to 32 letters/],
      [['add', 'bot', '--to', 'build'], /"build" is no conversation of a bot/],
      [['add', 'bot', '--to', '@ann'], /"@ann" is no conversation of a bot/],
      [['add', 'bot', '--url', 'ftp://example.org'], /begins with http:\/\/ or https:\/\//],
      [['add', 'bot', '--url', 'https://ann:secret@example.org'], /has no name and password/],
      [['add', 'bot', '--url', 'https://example.org', '--hears', '@ann'], /"@ann" is no conversation/],
      [['add', 'bot', '--hears', '*'], /add --url/],
    ]
    for (const [args, message] of rows) {
      const [code, written, complaints] = await parley('hook', ...args)
      assert.deepEqual([code, written], [2, ''], args.join(' '))
      assert.match(complaints, message)
    }
    await parley('hook', 'add', 'bot')
    assert.equal((await parley('hook', 'list'))[1], 'bot posts to any conversation\n')
  })

  test('a server that holds the data directory is asked, and nobody can take the name from there on', async () => {
    const lock = lockDataDirectory(data)
    assert.ok(lock.ok)
    const { community, composed } = await MemoryServer.start()
    const { submit } = composed
    const admin = composed.administration
    const hooks = new HookAdmin({ submit, hooks: community.hooks, random: systemRandom })
    const logged: string[] = []
    const hear = (fields: object, message: string) => void logged.push(`${JSON.stringify(fields)} ${message}`)
    const logger = { ...silentLogger, info: hear, error: hear }
    const started = await startAdminServer({ directory: data, admin, hooks, saved: async () => {}, logger })
    assert.ok(started.ok)
    const [, written] = await parley('hook', 'add', 'robot', '--url', 'https://example.org/in')
    assert.equal(community.hooks.list().length, 1)
    const [, token = ''] = /\/hooks\/([\w-]+)/.exec(written) ?? []
    assert.ok(!JSON.stringify(community.save()).includes(token))
    assert.deepEqual(logged, ['{"do":"hook.add","hook":"robot"} the operator changed a hook'])
    await started.value.close()
    lock.value.release()
  })
})
