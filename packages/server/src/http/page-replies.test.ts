import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { MemoryServer } from '../../testing/memory-server.ts'
import { parseOrigins } from './origins.ts'
import { PageFiles } from '../page/page-files.ts'
import { makeWebServer } from './web-server.ts'

const built = {
  'index.html': '<!doctype html><title>Parley</title>',
  'index.html.br': 'brotli',
  'index.html.gz': 'gzipped',
  'sw.js': 'worker',
  'main-0A1B2C3D.js': 'script',
  'main-0A1B2C3D.js.gz': 'gzipped script',
  'main-0A1B2C3D.js.map': 'map',
  '.secret': 'secret',
}

async function served(t: TestContext, files: Readonly<Record<string, string>> = built) {
  const root = mkdtempSync(join(tmpdir(), 'parley-page-'))
  writeFileSync(join(root, 'outside.txt'), 'outside')
  const directory = join(root, 'dist')
  const build = () => {
    mkdirSync(directory, { recursive: true })
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
  }
  const { composed } = await MemoryServer.start()
  const server = await makeWebServer({
    origins: parseOrigins(''),
    tls: null,
    hooks: composed.services.hooks,
    page: new PageFiles(directory),
    sockets: { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
    opened: () => {},
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
    rmSync(root, { recursive: true })
  })
  const { port } = server.address() as AddressInfo
  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false }).end()
    const [response] = await once(asking, 'response')
    return { status: Number(response.statusCode), headers: response.headers, body: String(await buffer(response)) }
  }
  return { ask, build, directory, port }
}

describe('the page', () => {
  it('is served with what a browser may do with it, and with nothing that it may not', async (t) => {
    const { ask, build } = await served(t)
    build()
    const { status, headers, body } = await ask('/?a=b')
    assert.deepEqual([status, headers['content-type'], body], [200, 'text/html; charset=utf-8', built['index.html']])
    const policy = String(headers['content-security-policy'])
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      assert.ok(policy.split('; ').includes(part), part)
    }
    assert.doesNotMatch(policy, /unsafe|data:|\*|https?:/)
    assert.deepEqual(
      ['x-content-type-options', 'x-frame-options', 'cross-origin-opener-policy', 'cross-origin-resource-policy'].map(
        (name) => headers[name],
      ),
      ['nosniff', 'DENY', 'same-origin', 'same-origin'],
    )
    assert.match(String(headers['permissions-policy']), /\bcamera=\(\)/)
  })

  it('is compressed as the browser likes it, and the same file all the same', async (t) => {
    const { ask, build } = await served(t)
    build()
    const rows = [
      ['br, gzip', 'br', 'brotli'],
      ['gzip;q=0.5', 'gzip', 'gzipped'],
      ['br;q=0, gzip', 'gzip', 'gzipped'],
      ['br;q=0.0', undefined, built['index.html']],
      ['identity', undefined, built['index.html']],
    ] as const
    for (const [accepted, coding, body] of rows) {
      const response = await ask('/', { 'Accept-Encoding': accepted })
      assert.deepEqual([response.headers['content-encoding'], response.body], [coding, body], accepted)
      assert.equal(response.headers['vary'], 'Accept-Encoding')
    }
    const script = await ask('/main-0A1B2C3D.js', { 'Accept-Encoding': 'br, gzip' })
    assert.deepEqual([script.headers['content-encoding'], script.body], ['gzip', 'gzipped script'])
  })

  it('is kept for good where its name has a hash, and asked for again otherwise', async (t) => {
    const { ask, build } = await served(t)
    build()
    const script = await ask('/main-0A1B2C3D.js')
    assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable')
    const page = await ask('/index.html')
    assert.equal(page.headers['cache-control'], 'no-cache')
    const etag = String(page.headers['etag'])
    const again = await ask('/', { 'If-None-Match': `"other", W/${etag}` })
    assert.deepEqual([again.status, again.body, again.headers['content-length']], [304, '', undefined])
    const packed = await ask('/', { 'If-None-Match': etag, 'Accept-Encoding': 'br' })
    assert.deepEqual([packed.status, packed.body], [200, 'brotli'])
  })

  it('can only be read', async (t) => {
    const { ask, build } = await served(t)
    build()
    const head = await ask('/', {}, 'HEAD')
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '36'])
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await ask('/', {}, method)
      assert.deepEqual([response.status, response.headers['allow']], [405, 'GET, HEAD'], method)
      assert.equal(response.headers['access-control-allow-origin'], undefined)
    }
  })

  it('is what was built and nothing beside it, whatever the path', async (t) => {
    const { ask, build, port } = await served(t)
    build()
    const paths = [
      '/outside.txt',
      '/../outside.txt',
      '/main-0A1B2C3D.js/../../outside.txt',
      '/%2e%2e/outside.txt',
      '/..%2foutside.txt',
      '/..\\outside.txt',
      '//outside.txt',
      '//index.html',
      '/index.html/',
      '/.secret',
      '/index.html.br',
      '/main-0A1B2C3D.js.map',
      '/index.html%00.js',
      '/constructor',
      '/__proto__.js',
    ]
    for (const path of paths) {
      const response = await ask(path)
      assert.deepEqual([response.status, response.body], [404, 'There is nothing here.\n'], path)
    }
    for (const target of ['http://127.0.0.1/../outside.txt', '../outside.txt', '*']) {
      const socket = connect(port, '127.0.0.1')
      socket.end(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
      const said = await text(socket)
      assert.match(said, /^HTTP\/1.1 40[04] /, target)
    }
  })

  it('says what to do where it was not built, and is there once it was', async (t) => {
    const { ask, build } = await served(t)
    const missing = await ask('/')
    assert.equal(missing.status, 503)
    assert.match(missing.body, /^The page of this server was not built: run "npm ci" .*\n$/)
    assert.match(String(missing.headers['content-security-policy']), /^default-src 'none'/)
    assert.equal((await ask('/sw.js')).status, 404)
    build()
    assert.equal((await ask('/')).status, 200)
    assert.equal((await ask('/sw.js')).body, 'worker')
  })

  it('is not there any more where its files went away', async (t) => {
    const { ask, build, directory } = await served(t)
    build()
    assert.equal((await ask('/')).status, 200)
    rmSync(directory, { recursive: true })
    assert.equal((await ask('/')).status, 200)
    assert.equal((await ask('/sw.js')).status, 404)
    assert.equal((await ask('/')).status, 503)
  })
})
