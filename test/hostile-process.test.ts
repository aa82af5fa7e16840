import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectPlain } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { connect } from 'node:tls'
import { LineClient } from './line-client.ts'
import { command } from './restartable-server.ts'
import { addAccount, refusedToServe, scratch, served, type Served } from './served.ts'

const fixture = (file: string) => join(import.meta.dirname, 'fixtures', file)

async function signedIn(server: Served, name: string): Promise<LineClient> {
  const client = await LineClient.open(server.ports.get('ident')!)
  client.send(`IDENT ${name}`)
  await client.hears(`OK IDENT ${name}`)
  return client
}

/** Says something and waits for a line that begins like this. */
async function says(client: LineClient, line: string, reply: RegExp): Promise<void> {
  const before = client.heard.length
  client.send(line)
  await client.until(() => reply.test(client.heard.slice(before)), `${line} gets ${String(reply)}`)
}

describe('the data directory of a running server', { timeout: 300_000 }, () => {
  it('lets no second server in, whatever else of it was removed', async (t) => {
    const data = scratch(t)
    const server = await served(t, data)
    await addAccount(data, 'Pamina', 'vita2048')
    for (const file of readdirSync(data))
      if (!file.startsWith('parley.db')) rmSync(join(data, file), { recursive: true })
    const [code, complaints] = await refusedToServe(data)
    assert.deepEqual([code, /belongs to a running server/.test(complaints)], [1, true], complaints)
    assert.equal(await server.end(), 0)
  })

  it('acknowledges nothing once it was deleted, and makes nothing anew', async (t) => {
    const data = join(scratch(t), 'data')
    const server = await served(t, data)
    await addAccount(data, 'Pamina', 'vita2048')
    const ida = await signedIn(server, 'Ida')
    await says(ida, 'PM Pamina kept', /^OK PM/m)
    rmSync(data, { recursive: true })
    await says(ida, 'PM Pamina lost', /^FAIL/m)
    await server.logs(/data directory was removed or replaced under the running server/)
    await says(ida, 'PM Pamina lost', /^FAIL/m)
    await says(await LineClient.open(server.ports.get('ident')!), 'IDENT Pamina', /^FAIL/m)
    await says(ida, 'BCST still here', /^OK BCST/m)
    assert.equal(await server.end(), 0)
    assert.equal(existsSync(data), false)
  })

  it('goes on where it was moved away and back', async (t) => {
    const data = join(scratch(t), 'data')
    const server = await served(t, data)
    await addAccount(data, 'Pamina', 'vita2048')
    const ida = await signedIn(server, 'Ida')
    renameSync(data, `${data}-away`)
    await says(ida, 'PM Pamina lost', /^FAIL/m)
    renameSync(`${data}-away`, data)
    await server.logs(/The store works again/)
    await says(ida, 'PM Pamina kept', /^OK PM/m)
    assert.equal(await server.end(), 0)
  })

  it('is not served when its database is damaged, and no stack trace is shown', async (t) => {
    const data = scratch(t)
    const first = await served(t, data)
    await addAccount(data, 'Pamina', 'vita2048')
    await first.end()
    const file = join(data, 'parley.db')
    const bytes = readFileSync(file)
    bytes.fill(0, bytes.indexOf('Pamina') & ~4095, (bytes.indexOf('Pamina') & ~4095) + 8)
    writeFileSync(file, bytes)
    const [code, complaints] = await refusedToServe(data)
    assert.equal(code, 1)
    assert.match(complaints, /^error: The database .* is damaged: .* parley restore/m)
    assert.doesNotMatch(complaints, /\.ts:\d/)
  })
})

describe('a process with too few descriptors', { timeout: 300_000 }, () => {
  it('says so, and advises no backup', async (t) => {
    const data = scratch(t)
    const first = await served(t, data)
    await addAccount(data, 'Pamina', 'vita2048')
    await first.end()
    const said: string[] = []
    // Up to the first limit with which it starts.
    for (let limit = 22, isReady = false; !isReady; limit++) {
      const copy = scratch(t)
      cpSync(data, copy, { recursive: true })
      const shell = `ulimit -n ${limit}`
      const server = await served(t, copy, { shell }).catch((error: unknown) => void said.push(String(error)))
      isReady = server !== undefined
      await server?.end()
    }
    const errors = said.flatMap((each) => each.split('\n').filter((line) => line.startsWith('error: ')))
    assert.ok(errors.length > 1, said.join('\n'))
    for (const line of errors) assert.match(line, /may open no more files.*ulimit -n/)
    assert.doesNotMatch(said.join('\n'), /backup|restore/)
  })
})

describe('the log of a server', { timeout: 300_000 }, () => {
  it('holds nobody up when nobody reads it', async (t) => {
    const server = await served(t, scratch(t), { args: ['--log-level', 'debug', '--rate-limit', 'off'], unread: true })
    await talkOf(server, 600)
    const ida = await signedIn(server, 'Ida')
    const waits: number[] = []
    for (let at = 0; at < 500; at++) {
      const asked = performance.now()
      await says(ida, `BCST ${at}`, /^OK BCST/m)
      waits.push(performance.now() - asked)
    }
    const [p50, p99] = [0.5, 0.99].map((part) => waits.toSorted((one, other) => one - other)[waits.length * part]!)
    t.diagnostic(`a message is acknowledged in ${p50!.toFixed(1)} ms, p99 ${p99!.toFixed(1)} ms`)
    await ida.close()
    assert.equal(await server.end(), 0)
  })

  it('holds nobody up on a terminal that is stopped (Ctrl-S)', async (t) => {
    if (!existsSync('/usr/bin/script')) return t.skip('there is no script')
    const data = scratch(t)
    const ready = join(data, 'ready')
    const line = `'${process.execPath}' '${command}' serve --data '${data}' --listen ident://:0 --log json --log-level debug > '${ready}'`
    const terminal = spawn('/usr/bin/script', ['-qec', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
    t.after(() => terminal.kill('SIGKILL'))
    let shown = 0
    terminal.stdout.on('data', (chunk: Buffer) => (shown += chunk.length))
    const port = await until(
      () => /"port":(\d+)\}\n.*ready/s.exec(existsSync(ready) ? readFileSync(ready, 'utf8') : '')?.[1],
    )
    await until(() => (shown > 0 ? shown : undefined))
    terminal.stdin.write('\u0013')
    const server = { ports: new Map([['ident', Number(port)]]) }
    await talkOf(server, 600)
    const ended = once(terminal, 'exit')
    const { pid } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { pid: number }
    process.kill(pid, 'SIGTERM')
    terminal.stdin.write('\u0011')
    await ended
  })

  it('may be a pipe that nobody reads yet', async (t) => {
    if (!existsSync('/usr/bin/mkfifo')) return t.skip('there is no mkfifo')
    const directory = scratch(t)
    const pipe = join(directory, 'pipe')
    execFileSync('/usr/bin/mkfifo', [pipe])
    const server = await served(t, join(directory, 'data'), { args: ['--log-file', pipe] })
    await talkOf(server, 3)
    assert.equal(await server.end(), 0)
  })
})

describe('the signals of a server', { timeout: 300_000 }, () => {
  it('are no way to the inspector: SIGUSR1 does nothing', async (t) => {
    const server = await served(t, scratch(t))
    server.child.kill('SIGUSR1')
    await talkOf(server, 3)
    const port = connectPlain(9229, '127.0.0.1')
    await assert.rejects(once(port, 'connect'), { code: 'ECONNREFUSED' })
    assert.equal(await server.end(), 0)
    assert.doesNotMatch(await server.complaints, /Debugger listening/)
  })

  it('reload limits, texts, certificate and log at SIGHUP, and drop nobody', async (t) => {
    const directory = scratch(t)
    const config = join(directory, 'parley.json')
    const log = join(directory, 'log')
    for (const file of ['localhost.crt', 'localhost.key']) cpSync(fixture(file), join(directory, file))
    const write = (settings: object) => {
      const tls = { certificate: 'localhost.crt', key: 'localhost.key' }
      writeFileSync(config, JSON.stringify({ data: 'data', tls, log: { file: 'log' }, ...settings }))
    }
    write({ name: 'Before', limits: { messageRate: '1/0.001' } })
    const server = await served(t, join(directory, 'data'), {
      listen: ['ident://127.0.0.1:0', 'idents://127.0.0.1:0'],
      args: ['--config', config],
    })
    const logged = (line: RegExp) => until(() => line.exec(existsSync(log) ? readFileSync(log, 'utf8') : '')?.[0])
    const ida = await signedIn(server, 'Ida')
    await ida.hears('INIT Welcome to Before')
    await says(ida, 'BCST one', /^OK BCST/m)
    await says(ida, 'BCST two', /^FAIL/m)
    const before = await certificateOf(server.ports.get('idents')!)

    // What is wrong changes nothing.
    write({ limits: { frame: 'many' } })
    server.child.kill('SIGHUP')
    await logged(/not reloaded: the settings stay as they were/)
    await says(ida, 'BCST three', /^FAIL/m)

    makeCertificate(directory)
    write({ name: 'After', limits: { messageRate: 'off' } })
    renameSync(log, `${log}.1`)
    server.child.kill('SIGHUP')
    await logged(/"msg":"reloaded"/)
    await says(ida, 'BCST four', /^OK BCST/m)
    await says(ida, 'BCST five', /^OK BCST/m)
    const bob = await signedIn(server, 'Bob')
    await bob.hears('INIT Welcome to After')
    await ida.hears('JOINED Bob')
    assert.notEqual(await certificateOf(server.ports.get('idents')!), before)
    await Promise.all([ida, bob].map((client) => client.close()))
    assert.equal(await server.end(), 0)
  })
})

/** A few people come, talk and go: the server is there. */
async function talkOf(server: Pick<Served, 'ports'>, people: number): Promise<void> {
  const port = server.ports.get('ident')!
  for (let left = people; left > 0; left -= 50) {
    const clients = await Promise.all(Array.from({ length: Math.min(left, 50) }, () => LineClient.open(port)))
    for (const [at, client] of clients.entries()) client.send(`IDENT user_${at}`, 'BCST hello', 'QUIT')
    await Promise.all(clients.map((client) => client.hears('OK Goodbye')))
    await Promise.all(clients.map((client) => client.closed()))
  }
}

async function until<T>(found: () => T | undefined): Promise<T> {
  for (;;) {
    const value = found()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function certificateOf(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

/** Another one than the fixture, in its place. */
function makeCertificate(directory: string): void {
  const subject = ['-subj', '/CN=localhost', '-days', '30', '-nodes']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', join(directory, 'localhost.key')]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', join(directory, 'localhost.crt'), ...subject], {
    stdio: 'ignore',
  })
}
