import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { parley, scratch, served } from './served.ts'

const root = join(import.meta.dirname, '..')

async function user(data: string, ...args: readonly string[]): Promise<string> {
  const [, said, complaints] = await parley(['user', ...args, '--data', data], 'vita2048\n')
  return said + complaints
}

describe('a server as a process', { timeout: 60_000 }, () => {
  it('warns at start of what other users may open, with the command that ends it', async (t) => {
    const data = scratch(t)
    const first = await served(t, data)
    assert.equal(await first.end('SIGTERM'), 0)
    assert.doesNotMatch(await first.complaints, /chmod/, 'what it made itself is for its owner alone')
    const database = join(data, 'parley.db')
    chmodSync(data, 0o755)
    chmodSync(database, 0o644)
    const second = await served(t, data)
    assert.equal(await second.end('SIGTERM'), 0)
    const lines = (await second.complaints).trim().split('\n')
    const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn')
    assert.deepEqual(
      warnings.map((line) => line.command),
      [`chmod go= ${data}`, `chmod go= ${database}`, `chmod go= ${database}-wal`],
    )
  })

  it('that was killed leaves a socket, which disturbs nobody', async (t) => {
    const data = scratch(t)
    const first = await served(t, data)
    assert.equal(await user(data, 'add', 'Ann', '--password-stdin'), 'Registered Ann.\n')
    await first.end('SIGKILL')
    assert.ok(existsSync(join(data, 'admin.sock')), 'the kill has left it')
    assert.equal(await user(data, 'add', 'Bob', '--password-stdin'), 'Registered Bob.\n')
    const second = await served(t, data)
    assert.equal(await user(data, 'list'), 'Ann\nBob\n')
    assert.equal(await second.end('SIGTERM'), 0)
    assert.ok(!existsSync(join(data, 'admin.sock')), 'a stop has not')
  })

  it('leaves nothing behind when it stops: no timer, no socket, no thread and no warning', async (t) => {
    const code = `
      import { openDiskSpool, openSqliteStore, silentLogger, startServer, systemClock, systemRandom } from '@parley/server'
      import { Argon2Passwords, defaultSettings, schemes } from '@parley/server'
      import { connect } from 'node:net'
      import { once } from 'node:events'
      const [directory] = process.argv.slice(1)
      const { value: store } = openSqliteStore(directory, silentLogger)
      const spool = await openDiskSpool(directory + '/spool', { quota: 1e6, leaves: 0 }, silentLogger)
      const listen = schemes.map(({ name }) => name + '://127.0.0.1:0')
      const outside = { store, spool, clock: systemClock, random: systemRandom, logger: silentLogger }
      const started = await startServer({ ...defaultSettings, listen }, { ...outside, passwords: new Argon2Passwords() })
      const { submit, listening, stop } = started.value
      // The thread of the store is there from the first commit on.
      await submit({ do: 'account.add', name: 'Ann', hash: 'none' }, ({ ok }) => console.log(ok))
      const [{ port }] = listening
      const clients = Array.from({ length: 30 }, () => connect(port, '127.0.0.1'))
      for (const client of clients) await once(client, 'data')
      for (const [at, client] of clients.entries()) client.write('IDENT user' + at + '\\n')
      await Promise.all(clients.map((client) => once(client, 'data')))
      for (const client of clients) client.resume()
      await stop()
      await store.close()
      console.log('stopped')`
    const args = ['--input-type=module', '--eval', code, scratch(t)]
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    t.after(() => child.kill('SIGKILL'))
    const [said, complaints, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ])
    assert.deepEqual([said, complaints, exitCode], ['true\nstopped\n', '', 0])
  })
})
