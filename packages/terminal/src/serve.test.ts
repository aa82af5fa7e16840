import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, test } from 'node:test'

const bin = join(import.meta.dirname, '../bin/parley.js')
describe('parley serve', () => {
  let data: string
  let children: ChildProcessByStdio<null, Readable, Readable>[] = []

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'parley-serve-'))
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map(async (child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')))
    children = []
    await rm(data, { recursive: true })
  })

  function start(...args: string[]) {
    return serveOn('ident://:0', ...args)
  }

  function serveOn(url: string, ...args: string[]) {
    const command = [bin, 'serve', '--data', data, '--listen', url, ...args]
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
    children.push(child)
    const exit = once(child, 'exit').then(([code]: unknown[]) => code)
    return { child, exit, log: text(child.stderr) }
  }

  /** The announced port, once the server says that it is ready. */
  async function ready(child: { readonly stdout: Readable }): Promise<number> {
    const lines: string[] = []
    const reader = createInterface({ input: child.stdout })
    for await (const line of reader) {
      lines.push(line)
      if (line === '{"event":"ready"}') break
    }
    const [, port] =
      /^\{"event":"listening","protocol":"ident","host":"127\.0\.0\.1","port":(\d+)\}$/.exec(lines[0]!) ?? []
    assert.ok(port && lines.length === 2, lines.join('\n'))
    return Number(port)
  }

  test('the server announces itself, serves, and stops in order at SIGTERM', async () => {
    const { child, exit, log } = start()
    const socket = connect(await ready(child), '127.0.0.1')
    const [greeting] = await once(socket, 'data')
    assert.match(String(greeting), /^INIT/)
    const closed = once(socket, 'close')
    socket.resume()
    child.kill('SIGTERM')
    assert.equal(await exit, 0)
    await closed
    const messages = (await log)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).msg)
    assert.deepEqual([messages[0], messages.at(-1)], ['ready', 'stopped'])
    assert.ok(messages.includes('stopping'))
  })

  test('a browser gets the page that was built', async () => {
    const { child } = serveOn('http://:0', '--log-level', 'silent')
    const [announced] = await once(createInterface({ input: child.stdout }), 'line')
    const { port } = JSON.parse(String(announced)) as { readonly port: number }
    const page = await fetch(`http://127.0.0.1:${port}/`)
    assert.deepEqual([page.status, page.headers.get('content-type')], [200, 'text/html; charset=utf-8'])
    const [, script = ''] = /<script[^>]* src="\.?\/?([\w-]+\.js)"/.exec(await page.text()) ?? []
    const loaded = await fetch(`http://127.0.0.1:${port}/${script}`)
    assert.deepEqual([loaded.status, loaded.headers.get('content-type')], [200, 'text/javascript; charset=utf-8'])
    assert.match(String(loaded.headers.get('cache-control')), /immutable/)
  })

  test('a second server is told who holds the data directory, and the first one stops at SIGINT', async () => {
    const first = start('--log-level', 'silent')
    await ready(first.child)
    const second = start()
    assert.equal(await second.exit, 1)
    assert.match(
      await second.log,
      new RegExp(`^error: The data directory .*\\(process ${first.child.pid}\\b[^\\n]*\\n$`),
    )
    first.child.kill('SIGINT')
    assert.equal(await first.exit, 0)
    assert.equal(await first.log, '')
  })

  test('a reader of standard output that goes away does not take the server along, and a taken port is named', async () => {
    const { child, exit } = start('--log-level', 'silent')
    const port = await ready(child)
    child.stdout.destroy()
    const other = start('--data', join(data, 'other'), '--listen', `ident://:${port}`)
    assert.equal(await other.exit, 1)
    assert.match(await other.log, new RegExp(`error: .*ident://127\\.0\\.0\\.1:${port}: another program listens there`))
    child.kill('SIGTERM')
    assert.equal(await exit, 0)
  })

  test('text is announced on request', async () => {
    const { child } = start('--log', 'text')
    const [chunk] = await once(child.stdout, 'data')
    assert.match(
      String(chunk),
      /^Parley listens on\n {2}ident:\/\/127\.0\.0\.1:\d+\nIts data is in .*\. Ctrl-C stops it\.\n$/,
    )
  })
})
