import { schemes } from '@parley/server'
import assert from 'node:assert/strict'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { playDialogues } from './readme-dialogue.ts'
import { ReadmeShell } from './readme-shell.ts'
import { command } from './restartable-server.ts'
import { serverUnderTest } from './server-under-test.ts'

const root = join(import.meta.dirname, '..')
const readme = await readFile(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/^```(?:sh)?\n(.*?)^```$/gms)].map(([, block = '']) => block)
const played = new Set<string>()

/** The block that begins so, without its last line end. */
function block(beginning: string): string {
  const found = blocks.find((each) => each.startsWith(beginning))
  assert.ok(found !== undefined, `the README has no block that begins with ${beginning}`)
  played.add(found)
  return found.trimEnd()
}

/**
 * What is put in place of what is printed, and no more: free ports of 127.0.0.1 for the default ones of localhost; a home
 * directory of its own; `parley`, and npx with it, from this checkout; passwords piped in, as there is no terminal.
 */
describe('the README, block by block', () => {
  let home: string
  const shells: ReadmeShell[] = []
  const ports = new Map<string, number>()

  const run = (script: string, environment: Readonly<Record<string, string>> = {}, cwd = home) => {
    const shell = new ReadmeShell(onFreePorts(script), { home, cwd, environment })
    shells.push(shell)
    return shell
  }
  const onFreePorts = (script: string) =>
    script
      .replaceAll('npx parley', 'parley')
      .replaceAll(/(\w+):\/\/(\w+)@localhost/g, (_, scheme: string, name: string) => {
        return `${scheme}://${name}@127.0.0.1:${ports.get(scheme)}`
      })

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'parley-readme-'))
    await mkdir(join(home, 'bin'))
    await writeFile(join(home, 'bin', 'parley'), `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`, {
      mode: 0o755,
    })
  })
  after(async () => {
    await Promise.all(shells.map((shell) => shell.end()))
    await rm(home, { recursive: true, force: true })
  })

  it('npm start starts a server that says where it listens', { timeout: 20_000 }, async () => {
    // This checkout was installed by npm ci already, and the default ports may be taken.
    const listen = schemes.map(({ name }) => `--listen ${name}://127.0.0.1:0`).join(' ')
    const started = block('npm ci && npm start').replace(
      'npm ci && npm start',
      `npm start --silent -- --log text ${listen}`,
    )
    const server = run(started, {}, root)
    const said = await server.says(/^[^]*Ctrl-C stops it\.$/m)
    const printed = said.replaceAll(
      /^ {2}(\S+):\/\/127\.0\.0\.1:(\d+)(?=$| {2})/gm,
      (_, name: string, port: string) => {
        ports.set(name, Number(port))
        const known = schemes.find((each) => each.name === name.replace('-files', ''))!.port
        return `  ${name}://127.0.0.1:${name.endsWith('-files') ? known + 1 : known}`
      },
    )
    assert.equal(printed.replace(home, '/home/you'), block('Parley listens on'))
  })

  it('two people talk, and one sees what is shown', { timeout: 20_000 }, async () => {
    const bob = run(block('npx parley chat --keys ~/bob-keys'))
    await bob.says(/^\* you are bob over json/m)
    const alice = run(block('npx parley chat ident://alice@localhost'))
    await alice.says(/^\* you are alice/m)
    await bob.says(/^\* alice joined$/m)
    alice.type('hello everybody')
    await bob.says(/^alice: hello/m)
    alice.type('/msg bob see you at eight')
    await bob.says(/see you at eight$/m)
    alice.type('/quit')
    assert.equal(await alice.ended(), 0)
    await bob.says(/^\* alice left$/m)
    assert.equal(bob.said.trim(), block('* you are bob over json'))
    bob.type('/quit')
    assert.equal(await bob.ended(), 0)
  })

  it('the package is installed in the way that test/packed.test.ts does it', async () => {
    const manifest = JSON.parse(await readFile(join(root, 'packages/terminal/package.json'), 'utf8')) as {
      version: string
    }
    assert.equal(block('npm run pack'), `npm run pack && npm install --global ./parley-${manifest.version}.tgz`)
  })

  it('a message waits in a mailbox, and shows when it was written', { timeout: 20_000 }, async () => {
    const add = run(`echo geheim | ${block('parley user add carol')} --password-stdin`)
    assert.equal(await add.ended(), 0, add.complaints)
    assert.equal(add.said, 'Registered carol.\n')
    const [toCarol = '', toAll = '', fetch = ''] = block('parley send json://bot@localhost --to carol').split('\n')
    for (const line of [toCarol, toAll]) {
      const sent = run(line)
      assert.equal(await sent.ended(), 0, sent.complaints)
    }
    const inbox = run(fetch, { PARLEY_PASSWORD: 'geheim' })
    assert.equal(await inbox.ended(), 0, inbox.complaints)
    const today = /^\d{4}-\d\d-\d\d \d\d:\d\d/
    assert.equal(inbox.said.trim().replace(today, '2026-11-21 14:03'), block('2026-11-21 14:03 bot'))
  })

  it('a file is sent to somebody who is there', { timeout: 20_000 }, async () => {
    await writeFile(join(home, 'report.pdf'), 'all is well\n')
    const alice = run('parley chat helo://alice@localhost')
    await alice.says(/^\* you are alice/m)
    const sent = run(block('parley send helo://bot@localhost --to alice report.pdf'))
    await alice.says(/bot offers the file report\.pdf/)
    alice.type('/accept')
    assert.equal(await sent.ended(), 0, sent.complaints)
    // Where the README says that files go.
    await alice.says(/report\.pdf/)
    alice.type('/quit')
    assert.equal(await alice.ended(), 0)
    assert.equal(await readFile(join(home, 'Downloads', 'alice', 'report.pdf'), 'utf8'), 'all is well\n')
  })

  it('a tunnel leads to a service of the other user', { timeout: 20_000 }, async () => {
    const service = createServer((socket) => socket.end('it works'))
    await once(service.listen(0, '127.0.0.1'), 'listening')
    const to = `127.0.0.1:${(service.address() as AddressInfo).port}`
    const [accept = '', ask = ''] = block('parley tunnel accept')
      .replace('localhost:3000', to)
      .replace('--listen 8080', '--listen 0')
      .split('\n')
    const bob = run(accept)
    await bob.says(/"accepting"/)
    const alice = run(ask)
    const [, port] = /"port":(\d+)/.exec(await alice.says(/^.*"listening".*$/m)) ?? []
    assert.equal(await text(connect({ host: '127.0.0.1', port: Number(port) })), 'it works')
    await Promise.all([alice.end(), bob.end()])
    await new Promise((resolve) => service.close(resolve))
  })

  it('by hand, two protocols hear each other, and PONG keeps both in', { timeout: 20_000 }, async () => {
    const byHand = await serverUnderTest({ listen: ['ident://127.0.0.1:0', 'json://127.0.0.1:0'] })
    await playDialogues(byHand, [
      { port: byHand.port('ident'), dialogue: block('  INIT Welcome to Parley') },
      { port: byHand.port('json'), dialogue: block('  WELCOME ') },
    ])
    await byHand.stop()
  })

  it('it serves others, over TLS too', { timeout: 20_000 }, async () => {
    for (const [file, name] of [
      ['localhost.crt', 'cert.pem'],
      ['localhost.key', 'key.pem'],
    ] as const) {
      await copyFile(join(root, 'test', 'fixtures', file), join(home, name))
    }
    const printed = block('parley serve --listen ident://0.0.0.0:1337')
    const serve = run(`${printed.replaceAll(/0\.0\.0\.0:\d+/g, '127.0.0.1:0')} --data other`)
    const said = await serve.says(/^[^]*"ready"/)
    assert.match(said, /"protocol":"ident"[^]*"protocol":"jsons"/)
    await serve.end()
  })

  it('is played whole', () => {
    assert.deepEqual(
      blocks.filter((each) => !played.has(each)),
      [],
    )
  })
})
