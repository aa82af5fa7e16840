import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { CommandUnderTest } from '../command-under-test.ts'
import { serverUnderTest } from '../server-under-test.ts'
import { HeloPeer } from './helo-peer.ts'

describe("parley send to somebody else's helo client", () => {
  it('says why nothing was sent and what to do, and sends when it is told', { timeout: 30_000 }, async (t) => {
    const server = await serverUnderTest({ listen: ['helo://127.0.0.1:0', 'json://127.0.0.1:0'] })
    const home = mkdtempSync(join(tmpdir(), 'parley-test-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    const theirs = await HeloPeer.open(server.port('helo'), 'them')
    const send = async (...more: readonly string[]) => {
      const url = `json://ours@127.0.0.1:${server.port('json')}`
      const command = new CommandUnderTest(['send', url, 'hello', '--to', 'them', ...more], home)
      t.after(() => command.kill())
      return { code: await command.ended(), complaints: command.complaints }
    }
    const refused = await send()
    assert.equal(refused.code, 1)
    assert.match(
      refused.complaints,
      /the key of them does not tell whether a helo or a json program has to open it; nothing was sent: let them write first, or say which: --interop-profile helo or --interop-profile json\./,
    )
    assert.deepEqual(theirs.shown, [])
    assert.deepEqual(await send('--interop-profile', 'helo'), { code: 0, complaints: '' })
    await theirs.reads('ours: hello')
    await theirs.close()
    await server.stop()
  })
})
