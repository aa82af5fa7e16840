import type { Clock } from '@parley/client'
import { MemoryStore, PlainPasswords } from '@parley/core/testing'
import {
  defaultSettings,
  silentLogger,
  startServer,
  systemClock,
  systemRandom,
  type RunningServer,
} from '@parley/server'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { send } from 'parley/src/send.ts'
import { CommandsInProcess } from './commands-in-process.ts'

const fixture = (file: string) => join(import.meta.dirname, 'fixtures', file)
const names = ['ident', 'helo', 'json', 'cp', 'chatos'] as const

/** A hundred times as fast as the system's. */
const hurried: Clock = { after: (ms, run) => systemClock.after(ms / 100, run) }

describe('a URL whose port speaks something else', () => {
  let server: RunningServer
  let commands: CommandsInProcess
  before(async () => {
    const listen = names.flatMap((name) => [`${name}://127.0.0.1:0`, `${name}s://127.0.0.1:0`])
    const parts = { store: new MemoryStore(), passwords: new PlainPasswords(), clock: systemClock }
    const tls = { certificate: fixture('localhost.crt'), key: fixture('localhost.key') }
    const settings = { ...defaultSettings, listen, tls }
    const started = await startServer(settings, { ...parts, random: systemRandom, logger: silentLogger })
    assert.ok(started.ok)
    server = started.value
    commands = await CommandsInProcess.open({ clock: hurried })
  })
  after(async () => {
    await commands.close()
    await server.stop()
  })

  const port = (protocol: string) => server.listening.find((each) => each.protocol === protocol)?.port
  const sent = (scheme: string, to: string | number | undefined) =>
    commands.runs(
      (environment) => send(`${scheme}://ann@127.0.0.1:${to}`, ['hi'], {}, environment),
      scheme.startsWith('cp') ? 'geheim' : undefined,
    )

  for (const name of names) {
    it(`is told to add the s, or to leave it out: ${name}`, async () => {
      const secure = port(`${name}s`)
      assert.deepEqual(await sent(name, secure), {
        code: 2,
        written: '',
        complaints: `error: 127.0.0.1:${secure} speaks TLS: write ${name}s:// in place of ${name}://.\n`,
      })
      const plain = port(name)
      const todo = 'leave out the s behind the protocol, or give the port of its TLS listener'
      assert.deepEqual(await sent(`${name}s`, plain), {
        code: 2,
        written: '',
        complaints: `error: 127.0.0.1:${plain} speaks no TLS: ${todo}.\n`,
      })
    })
  }

  it('is told what greets there', async () => {
    const { code, complaints } = await sent('helo', port('json'))
    assert.equal(code, 1)
    assert.match(
      complaints,
      /^error: this is no helo server: it greets with "WELCOME", not with HELO: is this the port/,
    )
  })
})
