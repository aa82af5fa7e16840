import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FakeStreams } from './fake-streams.ts'
import { run } from './index.ts'

async function parley(...args: string[]): Promise<{ code: number; written: string; complaints: string }> {
  const streams = new FakeStreams({ piped: '' })
  const code = await run(args, streams)
  return { code, written: streams.written, complaints: streams.complaints }
}

test('the command alone, --help and help print help with examples, --version the version', async () => {
  for (const args of [[], ['--help'], ['help']]) {
    const { code, written, complaints } = await parley(...args)
    assert.deepEqual([code, complaints], [0, ''])
    assert.match(written, /^Usage: parley .*Examples:\n {2}parley serve/s)
  }
  assert.match((await parley('serve', '--help')).written, /--rate-limit .*Examples:.*--tls-cert/s)
  for (const option of ['--version', '-v']) {
    assert.deepEqual(await parley(option), { code: 0, written: '0.1.0\n', complaints: '' })
  }
})

test('wrong usage ends with 2 and says what is wrong and what to do', async () => {
  const rows: [string[], RegExp][] = [
    [['sevre'], /unknown command 'sevre'\n\(Did you mean serve\?\)\nAdd --help/],
    [['serve', '--port', '1'], /unknown option '--port'\n\(Did you mean --host\?\)\nAdd --help/],
    [['serve', 'now'], /too many arguments/],
    [['serve', '--log', 'xml'], /'xml' is invalid\. Allowed choices are text, json\./],
    [['serve', '--log-level', 'loud'], /Allowed choices are debug, info/],
    [['serve', '--listen'], /argument missing/],
    [['serve', '--listen', 'idnt://'], /^error: "idnt:\/\/": there is no protocol "idnt" \(did you mean "ident"\?\)/],
    [['serve', '--listen', 'ident://?x=1'], /no option "x"/],
    [['serve', '--listen', 'idents://'], /needs a certificate: give --tls-cert and --tls-key/],
    [['serve', '--tls-cert', 'a.pem'], /^error: --tls-cert needs --tls-key beside it/],
    [['serve', '--tls-key', 'a.pem'], /^error: --tls-key needs --tls-cert beside it/],
    [['serve', '--host', 'a:1'], /^error: --host cannot be "a:1"; write a host name/],
    [['serve', '--rate-limit', '5'], /^error: --rate-limit cannot be "5"; write "off", or BURST\/PER-SECOND/],
    [
      ['serve', '--config', 'no-such.jsonc'],
      /^error: The configuration file no-such\.jsonc cannot be read: there is no/,
    ],
    [['completion', 'tcsh'], /'tcsh' is invalid for argument 'shell'\. Allowed choices are bash, zsh, fish\./],
    [['user'], /Usage: parley user/],
    [['user', 'ad', 'bob'], /unknown command 'ad'\n\(Did you mean add\?\)/],
    [['user', 'add'], /missing required argument 'name'/],
    [['user', 'list', '--config', 'no-such.jsonc'], /cannot be read/],
  ]
  for (const [args, message] of rows) {
    const { code, written, complaints } = await parley(...args)
    assert.deepEqual([code, written], [2, ''], args.join(' '))
    assert.match(complaints, message)
    assert.doesNotMatch(complaints, /^\s+at /m)
  }
})

test('every mistake in a configuration file has its own error line', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-usage-'))
  const file = join(directory, 'p.jsonc')
  await writeFile(file, '{\n  "nmae": "x",\n  "data": "d", "data": "e"\n}\n')
  const { code, complaints } = await parley('serve', '--config', file)
  await rm(directory, { recursive: true })
  assert.equal(code, 2)
  const [first, second, ...rest] = complaints.split('\n')
  assert.ok(first?.startsWith(`error: ${file}:2:3: there is no setting "nmae"`), first)
  assert.ok(second?.startsWith(`error: ${file}:3:16: "data" stands there twice`), second)
  assert.deepEqual(rest, [''])
})
