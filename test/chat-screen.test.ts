import { connect } from '@parley/client'
import { tcp } from '@parley/client/node'
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
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..')
/** The chat at the URL that is its first argument, with keys in the directory that is the second. */
const program = `
  const { connect } = await import('@parley/client')
  const { chat } = await import('${pathToFileURL(join(root, 'packages/terminal/src/chat.ts')).href}')
  const [url, keys] = process.argv.slice(1)
  const streams = { input: process.stdin, output: process.stdout, errors: process.stderr }
  const stop = new AbortController().signal
  const code = await chat(url, { keys }, { streams, variables: process.env, dial: connect, stop })
  console.log('left with ' + code)
  process.exit(code)`
const hasTmux = spawnSync('tmux', ['-V']).status === 0
/** A program has to start on a machine that does much else. */
const patienceMs = 15_000

describe('the screen on a real terminal', { skip: hasTmux ? false : 'tmux is not installed' }, () => {
  let directory: string
  let server: RunningServer
  let port: number

  const tmux = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('tmux', ['-S', join(directory, 'socket'), '-f', '/dev/null', ...args])
    return stdout
  }
  const pane = () => tmux('capture-pane', '-p')
  const keys = (...keys: readonly string[]) => tmux('send-keys', ...keys)

  /** Resolves with the first picture of which this is true. */
  const shows = async (what: RegExp): Promise<string> => {
    let last = ''
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline;) {
      last = await pane()
      if (what.test(last)) return last
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`not seen: ${what}\n${last}`)
  }

  const start = async (name: string) => {
    const chat = [process.execPath, '--input-type=module', '-e', program, '--', `ident://${name}@127.0.0.1:${port}`]
    const command = `${[...chat, join(directory, name)].map(quoted).join(' ')}; stty -a; exec cat`
    await tmux('new-session', '-d', '-x', '80', '-y', '24', '-c', root, command)
  }

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-screen-'))
    const store = new MemoryStore()
    const parts = {
      store,
      passwords: new PlainPasswords(),
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    }
    const started = await startServer({ ...defaultSettings, listen: ['ident://127.0.0.1:0'] }, parts)
    assert.ok(started.ok)
    server = started.value
    port = server.listening[0]!.port
  })

  after(async () => {
    await tmux('kill-server').catch(() => {})
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  })

  it('talks, is resized, and gives the terminal back as it was', async () => {
    const bob = await connect(`ident://bob@127.0.0.1:${port}`, { transport: tcp({}), reconnect: false })
    const heard = new Promise<string>((resolve) => bob.on('broadcast', ({ text }) => resolve(text)))
    await start('alice')
    await shows(/alice you[^]*F1 help/)
    assert.equal((await tmux('display', '-p', '#{alternate_on}')).trim(), '1')

    await keys('hello from a terminal', 'Enter')
    assert.equal(await heard, 'hello from a terminal')
    await shows(/alice {7}hello from a terminal/)
    await bob.say(`日本語 👩‍👩‍👧 ❤️ \u001b[2J ${'wide '.repeat(30)}`)
    const wide = await shows(/bob {9}日本語/)
    for (const row of wide.split('\n').slice(2, 20)) assert.equal(Array.from(row).indexOf('│'), 20, wide)

    await tmux('resize-window', '-x', '40', '-y', '12')
    const small = await shows(/^ everybody  2 here {11}not sealed$/m)
    assert.ok(!small.includes('│'), small)
    await tmux('resize-window', '-x', '120', '-y', '40')
    // Drawn down to its last row.
    assert.equal((await shows(/alice you {15}│[^]*F1 help/)).trimEnd().split('\n').length, 40)

    await keys('C-c')
    await shows(/\^C once more leaves/)
    await keys('C-c')
    const left = await shows(/left with 0[^]*icanon/)
    assert.ok(!/-icanon|-echo /.test(left), left)
    assert.equal((await tmux('display', '-p', '#{alternate_on} #{wrap_flag} #{cursor_flag}')).trim(), '0 1 1')
    await tmux('kill-server')
    await bob.close()
  })
})

/** As one word for a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
