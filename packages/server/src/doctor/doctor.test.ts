import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { scratchDirectory } from '../../testing/scratch.ts'
import { account, opened, put } from '../../testing/stored.ts'
import { defaultSettings, type Settings } from '../config/settings.ts'
import { schemes } from '../schemes.ts'
import { silentLogger } from '../logger.ts'
import { lockDataDirectory } from '../store/directory-lock.ts'
import { openLocalSqliteStore } from '../store/sqlite-store.ts'
import { certificateFindings } from './certificates.ts'
import { examine } from './examine.ts'
import { systemFindings, type SystemFacts } from './system.ts'

const disk = { reserveBytes: 0, spoolLeavesBytes: 0 }
const limits = { ...defaultSettings.limits, spoolBytes: 1 }

async function withAlice(t: TestContext): Promise<string> {
  const data = scratchDirectory(t)
  const store = opened(openLocalSqliteStore(data, silentLogger))
  await store.commit([account, put(1), put(2)], 2, 2)
  await store.close()
  return data
}

/** Those that are not good, and those about the data. */
async function found(settings: Partial<Settings> & { readonly data: string }): Promise<readonly string[]> {
  const findings = await examine({ ...defaultSettings, listen: ['ident://:0'], limits, disk, ...settings }, schemes)
  for (const { level, todo } of findings) assert.equal(todo === null, level === 'good')
  return findings
    .filter(({ about, level }) => about !== 'system' && (level !== 'good' || about === 'data'))
    .map(({ about, level, message, todo }) => `${level} ${about}: ${message} ${todo ?? ''}`)
}

describe('the doctor', () => {
  it('finds a data directory with a sound database, and changes nothing in it', async (t) => {
    const data = await withAlice(t)
    const before = readFileSync(join(data, 'parley.db'))
    const [database, room, ...others] = await found({ data })
    assert.match(
      database!,
      /^good data: .*parley\.db is sound: 1 accounts, 2 waiting messages, 0 groups, 0 kept messages/,
    )
    assert.match(room!, /^good data: The disk of .* has \d+ MiB left/)
    assert.deepEqual(others, [])
    assert.deepEqual(readFileSync(join(data, 'parley.db')), before)
  })

  it('finds a server that holds the data, and leaves it alone', async (t) => {
    const data = await withAlice(t)
    const lock = lockDataDirectory(data)
    assert.ok(lock.ok)
    const [holder] = await found({ data })
    assert.match(holder!, new RegExp(`^good data: A server holds .* \\(process ${process.pid}, since`))
    lock.value.release()
  })

  it('finds rows that changed, a broken structure, and what no database is', async (t) => {
    const data = await withAlice(t)
    const file = join(data, 'parley.db')
    const bytes = readFileSync(file)
    const at = bytes.indexOf('text 2')
    const altered = Buffer.from(bytes)
    altered[at] = 0x54
    const broken = Buffer.from(bytes)
    broken.fill(0, at & ~4095, (at & ~4095) + 8)
    const rows: [Buffer, RegExp][] = [
      [altered, /^problem data: 1 rows of .* are not as they were written: letters of alice See whether the disk/],
      [broken, /^problem data: .*parley\.db is damaged: .* parley restore --replace/],
      [Buffer.from('nothing of this kind'.repeat(1_000)), /^problem data: .* is not a database .* parley restore/],
    ]
    for (const [content, message] of rows) {
      writeFileSync(file, content)
      assert.match((await found({ data }))[0]!, message)
    }
  })

  it('finds what others may open, and what the disk has no room for', async (t) => {
    const data = await withAlice(t)
    chmodSync(join(data, 'parley.db'), 0o644)
    const tight = { reserveBytes: 1, spoolLeavesBytes: 1e15 }
    const said = (await found({ data, disk: tight })).join('\n')
    assert.match(said, /^warning data: Other users may open .*parley\.db \(mode 644\) Run: chmod go= /m)
    assert.match(said, /^warning data: The disk of .* files between protocols are refused .*disk\.spoolLeavesBytes/m)
    const full = (await found({ data, disk: { ...tight, reserveBytes: 1e15 } })).join('\n')
    assert.match(full, /^problem data: The disk of .* has only \d+ MiB left Make room there\./m)
  })

  it('finds a directory that is not there, without making it', async (t) => {
    const data = join(scratchDirectory(t), 'none')
    assert.match((await found({ data }))[0]!, /^warning data: There is no data directory/)
    assert.match((await found({ data }))[0]!, /^warning data: There is no data directory/)
  })

  it('finds a port that is taken, and while a server runs one that nobody listens at', async (t) => {
    const data = await withAlice(t)
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const listen = [`ident://127.0.0.1:${port}`]
    assert.match((await found({ data, listen })).at(-1)!, /^problem ports: .* cannot be listened to another program/)
    const lock = lockDataDirectory(data)
    assert.ok(lock.ok)
    assert.doesNotMatch((await found({ data, listen })).join('\n'), /problem/)
    other.close()
    await once(other, 'close')
    assert.match((await found({ data, listen })).at(-1)!, /^problem ports: .* nobody listens at .* restart it/)
    lock.value.release()
  })

  it('finds settings that mean nothing together, and what they give away', async (t) => {
    const data = scratchDirectory(t)
    const rows: [readonly string[], RegExp][] = [
      [['ident://:1337', 'cp://:1337'], /^problem configuration: .* are the same port/m],
      [['idents://'], /^problem configuration: .* needs a certificate/m],
      [
        ['helo://192.0.2.1:0'],
        /^warning configuration: Others reach helo:0 without TLS.*\n?warning configuration: Files of helo/m,
      ],
    ]
    for (const [listen, message] of rows) assert.match((await found({ data, listen })).join('\n'), message)
  })

  it('finds a certificate that cannot be read, and a key that others may read', async (t) => {
    const data = scratchDirectory(t)
    const [certificate, key] = ['c.pem', 'k.pem'].map((file) => join(data, file)) as [string, string]
    const tls = { certificate, key }
    assert.match((await found({ data, tls })).join('\n'), /^problem certificates: cannot read the TLS file .*c\.pem/m)
    const fixtures = join(import.meta.dirname, '../../../../test/fixtures')
    writeFileSync(certificate, readFileSync(join(fixtures, 'localhost.crt')))
    writeFileSync(key, readFileSync(join(fixtures, 'localhost.key')), { mode: 0o640 })
    const [later] = certificateFindings({ tls }, Date.UTC(2999)).map(({ level, message }) => `${level}: ${message}`)
    assert.match(later!, /^problem: .*c\.pem: the certificate has expired at /)
    assert.match(
      (await found({ data, tls })).join('\n'),
      /^warning certificates: Other users may read .*k\.pem \(mode 640\)/m,
    )
  })

  it('finds what of the system is too little', () => {
    const enough: SystemFacts = { openFiles: 65_536, backlog: 4_096, memory: 2 ** 30, isRoot: false, now: 2e12 }
    const levels = (facts: Partial<SystemFacts>) => systemFindings({ ...enough, ...facts }).map(({ level }) => level)
    assert.deepEqual(levels({}), ['good', 'good'])
    assert.deepEqual(levels({ openFiles: null, backlog: null }), ['good'])
    assert.deepEqual(levels({ openFiles: 1_024 }), ['warning', 'good'])
    assert.deepEqual(levels({ openFiles: 255 }), ['problem', 'good'])
    assert.deepEqual(levels({ memory: 200 * 2 ** 20 }), ['good', 'warning'])
    assert.deepEqual(levels({ memory: 2 ** 26 }), ['good', 'problem'])
    assert.deepEqual(levels({ backlog: 128 }), ['good', 'good', 'warning'])
    assert.deepEqual(levels({ now: 0, isRoot: true }), ['good', 'good', 'problem', 'warning'])
  })
})
