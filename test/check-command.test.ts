import { addressesOf, check, Middleman, parseCheckUrl, plan, reach, TapLines, tallyOf } from '@parley/conformance'
import { MemoryStore, PlainPasswords } from '@parley/core/testing'
import { defaultSettings, silentLogger, startServer, systemClock, systemRandom } from '@parley/server'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { failuresOf } from './check-run.ts'
import { LineClient } from './line-client.ts'
import { command, exitOf } from './restartable-server.ts'

const fixture = (file: string) => join(import.meta.dirname, 'fixtures', file)

describe('parley check as a command', () => {
  it('ends at Ctrl-C, without a connection left, and says that it was interrupted', async () => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => void sockets.add(socket.on('error', () => {}).resume()))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const child = spawn(process.execPath, [command, 'check', `ident://127.0.0.1:${port}`, '--timeout', '60'])
    try {
      let printed = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)))
      await once(server, 'connection')
      child.kill('SIGINT')
      const [code] = await exitOf(child, 'parley check')
      assert.notEqual(code, 0)
      assert.match(printed, /Interrupted: /)
      while ([...sockets].some((socket) => !socket.destroyed)) await new Promise(setImmediate)
    } finally {
      child.kill('SIGKILL')
      server.close()
    }
  })
})

describe('over TLS', () => {
  const certificate = fixture('localhost.crt')

  /** A server in real time, with one listener for `ident` over TLS. */
  async function secured(work: (port: number) => Promise<void>): Promise<void> {
    const tls = { certificate, key: fixture('localhost.key') }
    const started = await startServer(
      { ...defaultSettings, listen: ['idents://127.0.0.1:0'], tls },
      {
        store: new MemoryStore(),
        passwords: new PlainPasswords(),
        clock: systemClock,
        random: systemRandom,
        logger: silentLogger,
      },
    )
    assert.ok(started.ok)
    try {
      await work(started.value.listening[0]!.port)
    } finally {
      await started.value.stop()
    }
  }

  /** Where the server is, for whoever trusts its certificate. */
  function addressed(port: number) {
    const url = parseCheckUrl(`idents://127.0.0.1:${port}`)
    assert.ok(url.ok)
    return { urls: [url.value], addresses: addressesOf([url.value], readFileSync(certificate, 'utf8')) }
  }

  it('a check passes', () =>
    secured(async (port) => {
      const { urls, addresses } = addressed(port)
      const run = await check(plan(new Set(addresses.keys()), { only: ['ident/broadcasts'], levels: [] }), {
        urls,
        addresses,
        accounts: [],
        timeoutMs: 4_000,
        quietMs: 80,
        jobs: 4,
        strict: true,
        realTime: false,
      })
      assert.deepEqual(failuresOf(run), [])
      assert.ok(run.results.some(({ outcome }) => outcome === 'passed'))
    }))

  it('a tap shows what passes', () =>
    secured(async (port) => {
      const tap = new TapLines('ident', { colour: false, secrets: false, bytes: false, quiet: true })
      let shown = ''
      const middleman = await Middleman.listen(
        { host: '127.0.0.1', port: 0 },
        addressed(port).addresses.get('ident')!,
        (passed) => (shown += tap.show(passed, new Date(0))),
      )
      try {
        const ann = await LineClient.open(middleman.port)
        await ann.hears('INIT')
        ann.send('IDENT ann')
        await ann.hears('OK IDENT ann')
        ann.send('QUIT')
        await ann.hears('OK Goodbye')
        assert.match(shown, /#1 <- INIT .*\n.*#1 -> IDENT ann\n.*#1 <- OK IDENT ann\n/)
      } finally {
        await middleman.stop()
      }
    }))
})

describe('over a WebSocket', () => {
  for (const [what, web] of [
    ['plain', { listen: 'http://127.0.0.1:0', scheme: 'ws' }],
    ['with TLS', { listen: 'https://127.0.0.1:0', scheme: 'wss' }],
  ] as const) {
    it(`a check of parley passes, ${what}, and leaves no connection`, async () => {
      const tls = { certificate: fixture('localhost.crt'), key: fixture('localhost.key') }
      const started = await startServer(
        { ...defaultSettings, listen: [web.listen], tls },
        {
          store: new MemoryStore(),
          passwords: new PlainPasswords(),
          clock: systemClock,
          random: systemRandom,
          logger: silentLogger,
        },
      )
      assert.ok(started.ok)
      const url = parseCheckUrl(`${web.scheme}://localhost:${started.value.listening[0]!.port}`)
      assert.ok(url.ok)
      const reached = await reach([url.value], readFileSync(fixture('localhost.crt'), 'utf8'))
      try {
        const run = await check(plan(new Set(['parley']), { only: ['parley/talk', 'parley/frames'], levels: [] }), {
          urls: [url.value],
          addresses: reached.addresses,
          accounts: [],
          timeoutMs: 4_000,
          quietMs: 80,
          jobs: 4,
          strict: true,
          realTime: false,
        })
        assert.deepEqual(failuresOf(run), [])
        assert.ok(tallyOf(run.results).passed >= 2, JSON.stringify(tallyOf(run.results)))
        assert.ok(run.results.some(({ reason }) => reason === 'it is about bytes, and a WebSocket carries messages'))
      } finally {
        await reached.stop()
        await started.value.stop()
      }
    })
  }

  for (const [text, where] of [
    ['ws://localhost', { tls: false, port: 7080, path: '/chat' }],
    ['ws://localhost:80/', { tls: false, port: 80, path: '/chat' }],
    ['wss://[::1]:443/talk', { tls: true, port: 443, path: '/talk' }],
  ] as const) {
    it(`${text} says where`, () => {
      const url = parseCheckUrl(text)
      assert.ok(url.ok)
      const { protocol, tls, port, path } = url.value
      assert.deepEqual({ protocol, tls, port, path }, { protocol: 'parley', ...where })
    })
  }
})
