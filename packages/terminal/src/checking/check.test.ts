import { Command } from 'commander'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { FakeChat, fakeEnvironment } from '../fake-chat.ts'
import { FakeStreams } from '../fake-streams.ts'
import { addCheckCommands } from './check-commands.ts'

async function parley(...args: string[]) {
  const streams = new FakeStreams({ piped: '' })
  const { environment } = fakeEnvironment(new FakeChat(), streams)
  let code = -1
  const program = new Command('parley')
  addCheckCommands(program, async (work) => {
    code = await work(environment)
  })
  await program.parseAsync(args, { from: 'user' })
  return { code, written: streams.written, complaints: streams.complaints }
}

describe('parley check on the command line', () => {
  it('says what is wrong with its use, and exits with 2', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'parley-check-'))
    const empty = join(directory, 'empty')
    await writeFile(empty, '')
    const url = 'helo://localhost'
    const rows: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [['check'], /name the server: parley check PROTOCOL:\/\/HOST:PORT/],
      [['check', 'localhost:1347'], /there is no protocol|is no URL of a server/],
      [['check', 'irc://localhost'], /there is no protocol "irc"; there are ident, helo, json, cp, chatos/],
      [['check', 'helo://ann@localhost'], /names a user; leave that out/],
      [['check', url, url], /helo is named twice/],
      [['check', url, '--timeout', '0'], /--timeout cannot be "0"/],
      [['check', url, '--jobs', '1.5'], /--jobs cannot be "1\.5"/],
      [['check', url, '--only', 'xyzzy'], /no transcript is meant .*--level can be .*groups/],
      [['check', url, '--account', 'ann'], /--account cannot be "ann"; write NAME:FILE/],
      [['check', url, '--account', `ann:${empty}`], /the first line of .* is empty/],
      [['check', url, '--account', 'ann:no-such-file'], /--account no-such-file: there is no such file/],
      [['check', 'client', 'helo', '--', 'node', 'client.js'], /does not say \{port\}/],
      [['check', 'client', 'helo', '--only', 'nothing', '--', 'x', '{port}'], /no demand has nothing in its name/],
      [['record', url, '--listen', 'x'], /--listen cannot be "x"/],
      [['record', url, '--output', empty], /it is there already/],
      [['tap', url, '--listen', '1', '--listen', '2'], /--listen stands 2 times, and there are 1 URLs/],
    ]
    for (const [args, message] of rows) {
      const { code, complaints } = await parley(...args)
      assert.deepEqual([args.join(' '), code], [args.join(' '), 2])
      assert.match(complaints, message)
    }
    await rm(directory, { recursive: true })
  })

  it('lists what would be played, and connects to nobody', async () => {
    const { code, written } = await parley('check', 'helo://localhost:1', '--list', '--level', 'users')
    assert.equal(code, 0)
    assert.ok(written.split('\n').length > 3)
    assert.ok(written.split('\n').every((line) => line === '' || /^helo\/users\/[\w-]+\.transcript$/.test(line)))
  })

  it('exits with 1 where something fails, and says so in every form', async () => {
    const server = createServer((socket) => void socket.on('error', () => {}).end('WELCOME <&> \x1b[2J\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `ident://127.0.0.1:${(server.address() as AddressInfo).port}`
    const forms: readonly (readonly [form: string, says: RegExp])[] = [
      ['people', /^FAILED ident\/usual-opening\.transcript:3: ann heard something else[^]*Byte for byte:[^]*1 failed/],
      ['tap', /^TAP version 14\nok 1 - [^]*\nnot ok \d+ - ident\/usual-opening\n {2}---\n[^]*\n1\.\.\d+\n$/],
      ['junit', /^<\?xml version="1\.0"[^]*<failure message="ann heard[^]*&lt;&amp;&gt;[^]*<\/testsuites>\n$/],
      ['json', /^\{\n {2}"subject": "ident:[^]*"failed": 1,/],
      ['markdown', /^# Check of ident:[^]*\n\| ident\/sign-in \| 0 \| 0 \| \d+ \|\n[^]*## ident\/usual-opening\n/],
    ]
    try {
      for (const [form, says] of forms) {
        const { code, written } = await parley('check', url, '--reporter', form, '--timeout', '0.5')
        assert.equal(code, 1, form)
        assert.match(written, says)
        assert.ok(!written.includes('\x1b'), `${form} lets escapes through`)
      }
      const { written } = await parley('check', url, '--reporter', 'json', '--timeout', '0.5')
      const report = JSON.parse(written) as { results: { outcome: string; bytes?: object }[] }
      assert.ok(report.results.find(({ outcome }) => outcome === 'failed')?.bytes)
    } finally {
      server.close()
    }
  })
})
