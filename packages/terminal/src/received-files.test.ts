import { ChatError, type FileOffer } from '@parley/client'
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { safeFileName } from './file-names.ts'
import { defaultDownloads, ReceivedFiles } from './received-files.ts'

const hostile = [
  '../../x',
  '/etc/passwd',
  '..\\..\\windows\\x.txt',
  'con',
  'NUL.txt',
  'a\u0000b',
  'x'.repeat(4_000),
  `${'ü'.repeat(300)}.jpeg`,
  '..',
  '.',
  '',
  '/',
  ' . . ',
  '.bashrc',
  '-rf',
  '~',
  '\u001b[2Jgone.txt',
  'annexe\u202egpj.exe',
  'a:b*c?.txt',
  'two\nlines.txt',
  'lone\ud800.txt',
]

test('no name that can be sent is a way out, hidden, a device, too long or dangerous to show', () => {
  for (const sent of hostile) {
    const name = safeFileName(sent)
    assert.match(name, /^[^.~\-\s/\\][^/\\]*$/u, JSON.stringify(sent))
    assert.doesNotMatch(name, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e<>:"|?*]|[ .]$/, JSON.stringify(sent))
    assert.ok(Buffer.byteLength(name) <= 201, JSON.stringify(sent))
    assert.ok(name.isWellFormed())
  }
  const rows: [string, string][] = [
    ['report.final.pdf', 'report.final.pdf'],
    ['../../x', 'x'],
    ['/etc/passwd', 'passwd'],
    ['con', '_con'],
    ['a\u0000b', 'ab'],
    ['..', 'file'],
    ['', 'file'],
    ['Grüße 你好.txt', 'Grüße 你好.txt'],
  ]
  for (const [sent, kept] of rows) assert.equal(safeFileName(sent), kept)
  assert.ok(safeFileName(`${'ü'.repeat(300)}.jpeg`).endsWith('ü.jpeg'))
})

describe('files from others', () => {
  let home: string
  let files: ReceivedFiles

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'parley-received-'))
    files = new ReceivedFiles({ directory: join(home, 'downloads'), mostBytes: 1_000 })
  })
  afterEach(() => rm(home, { recursive: true }))

  test('are kept in a directory named by the login, whatever they are called', async () => {
    for (const sent of hostile) {
      const received = await files.receive(offerOf({ name: sent, parts: ['hello ', 'there'] }), 'alice')
      assert.ok(received.ok)
      assert.equal(dirname(received.value.path), join(home, 'downloads', 'alice'))
      assert.equal(await readFile(received.value.path, 'utf8'), 'hello there')
      assert.equal(received.value.size, 11)
    }
    assert.deepEqual(await readdir(home), ['downloads'])
    assert.deepEqual(await readdir(join(home, 'downloads')), ['alice'])
    assert.equal((await readdir(join(home, 'downloads', 'alice'))).length, hostile.length)
  })

  test('never replace one that is there, nor what a link leads to', async () => {
    const path = async () => {
      const received = await files.receive(offerOf({ name: 'a.tar.gz', parts: ['new'] }), 'alice')
      assert.ok(received.ok)
      return received.value.path.slice(join(home, 'downloads', 'alice').length + 1)
    }
    assert.equal(await path(), 'a.tar.gz')
    assert.equal(await path(), 'a.tar (1).gz')
    const precious = join(home, 'precious')
    await writeFile(precious, 'old')
    await symlink(precious, join(home, 'downloads', 'alice', 'a.tar (2).gz'))
    assert.equal(await path(), 'a.tar (3).gz')
    assert.equal(await readFile(precious, 'utf8'), 'old')
    assert.equal((await stat(join(home, 'downloads', 'alice', 'a.tar.gz'))).mode & 0o777, 0o600)
  })

  test('that are too large are declined when they say so, and broken off when they do not', async () => {
    const honest = offerOf({ name: 'big', parts: [], size: 1_001 })
    assert.deepEqual(await files.receive(honest, 'alice'), { ok: false, fail: 'too-large' })
    assert.deepEqual(honest.calls, ['decline'])
    for (const size of [null, 10]) {
      const liar = offerOf({ name: 'big', parts: Array.from({ length: 50 }, () => 'x'.repeat(100)), size })
      assert.deepEqual(await files.receive(liar, 'alice'), { ok: false, fail: 'too-large' })
      assert.deepEqual(liar.calls, ['accept', 'broken off at 11'])
    }
    assert.deepEqual(await readdir(join(home, 'downloads', 'alice')), [])
  })

  test('that are not what was sent, or break in the middle, leave nothing behind', async () => {
    const wrong = offerOf({ name: 'a', parts: ['x'], genuine: false })
    assert.deepEqual(await files.receive(wrong, 'alice'), { ok: false, fail: 'corrupted' })
    const broken = offerOf({ name: 'a', parts: ['x', new ChatError('closed', 'they left')] })
    await assert.rejects(files.receive(broken, 'alice'), { code: 'closed' })
    assert.deepEqual(await readdir(join(home, 'downloads', 'alice')), [])
  })

  test('that are cancelled leave nothing behind, whether or not anything of them comes', async () => {
    for (const parts of [['x'], []]) {
      const cancelling = new AbortController()
      const offer = offerOf({ name: 'a', parts, isEndless: true })
      const received = files.receive(offer, 'alice', () => cancelling.abort(), cancelling.signal)
      if (parts.length === 0) {
        while (!offer.calls.includes('waits')) await new Promise((resolve) => setImmediate(resolve))
        cancelling.abort()
      }
      assert.deepEqual(await received, { ok: false, fail: 'cancelled' })
      assert.deepEqual(await readdir(join(home, 'downloads', 'alice')), [])
    }
  })

  test('that a killed program left unfinished are removed, and no others', async () => {
    const directory = join(home, 'downloads', 'alice')
    await mkdir(directory, { recursive: true })
    const [old, young, other] = ['.0123456789abcdef.part', '.fedcba9876543210.part', '.mine.part']
    for (const name of [old, young, other]) await writeFile(join(directory, name), 'x')
    for (const name of [old, other]) await utimes(join(directory, name), 1, 1)
    assert.ok((await files.receive(offerOf({ name: 'a', parts: ['x'] }), 'alice')).ok)
    assert.deepEqual((await readdir(directory)).toSorted(), [young, other, 'a'].toSorted())
  })

  test('do not have their name before they were checked', async () => {
    let seen: string[] = []
    const offer = offerOf({
      name: 'a.txt',
      parts: ['x'],
      look: async () => {
        seen = await readdir(join(home, 'downloads', 'alice'))
      },
    })
    assert.ok((await files.receive(offer, 'alice')).ok)
    assert.equal(seen.length, 1)
    assert.match(seen[0] ?? '', /^\.[0-9a-f]{16}\.part$/)
    assert.deepEqual(await readdir(join(home, 'downloads', 'alice')), ['a.txt'])
  })

  test('are declined where there is no room for a directory', async () => {
    await writeFile(join(home, 'downloads'), '')
    const offer = offerOf({ name: 'a', parts: ['x'] })
    assert.deepEqual(await files.receive(offer, 'alice'), { ok: false, fail: 'directory' })
    assert.deepEqual(offer.calls, ['decline'])
  })
})

test('downloads go where the environment says, if that is an absolute path, and else to ~/Downloads', () => {
  assert.equal(defaultDownloads({ XDG_DOWNLOAD_DIR: '/there' }), '/there')
  assert.equal(defaultDownloads({ XDG_DOWNLOAD_DIR: 'here', HOME: '/home/me' }), '/home/me/Downloads')
})

interface Offered {
  readonly name: string
  readonly parts: readonly (string | Error)[]
  readonly size?: number | null
  readonly genuine?: boolean
  readonly look?: () => Promise<void>
  /** After the parts nothing more comes. */
  readonly isEndless?: boolean
}

function offerOf({
  name,
  parts,
  size = null,
  genuine = true,
  look,
  isEndless = false,
}: Offered): FileOffer & { calls: string[] } {
  const calls: string[] = []
  async function* bytes() {
    let given = 0
    try {
      for (const part of parts) {
        given++
        if (part instanceof Error) throw part
        yield new TextEncoder().encode(part)
      }
      given = -1
      if (isEndless) {
        calls.push('waits')
        await new Promise(() => {})
      }
    } finally {
      if (given > 0) calls.push(`broken off at ${given}`)
    }
  }
  return {
    calls,
    from: 'bob',
    name,
    size,
    accept: async () => {
      calls.push('accept')
      return { bytes: bytes(), verify: async () => (await look?.(), genuine) }
    },
    decline: async () => void calls.push('decline'),
  }
}
