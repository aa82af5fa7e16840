import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { modulusBits, sealingKeys } from '../sealing/identity.ts'
import type { Identity } from '../sealing/profile.ts'
import { defaultTrustDirectory, TrustDirectory } from './trust-directory.ts'

describe('the directory of keys', () => {
  let base: string
  let directory: string
  let made = 0
  before(async () => void (base = await mkdtemp(join(tmpdir(), 'parley-trust-'))))
  after(() => rm(base, { recursive: true, force: true }))
  const fresh = () => (directory = join(base, String(made++), 'parley'))

  it('is where configuration belongs', () => {
    assert.equal(defaultTrustDirectory({ XDG_CONFIG_HOME: '/conf' }), join('/conf', 'parley'))
    assert.equal(defaultTrustDirectory({ XDG_CONFIG_HOME: '' }), join(homedir(), '.config', 'parley'))
    assert.equal(defaultTrustDirectory({}), join(homedir(), '.config', 'parley'))
  })

  it('is readable by its owner alone, and holds one key pair ever after', async () => {
    const trust = new TrustDirectory(fresh())
    const identity = await trust.identity()
    await trust.pin('host:1', 'User_1', 'key')
    const modes = await Promise.all(
      ['', 'identity.json', 'known-keys.jsonl'].map(async (name) => (await stat(join(directory, name))).mode & 0o777),
    )
    assert.deepEqual(modes, [0o700, 0o600, 0o600])
    assert.deepEqual(await new TrustDirectory(directory).identity(), identity)
    assert.equal(await trust.identity(), identity)
    assert.equal(await modulusBits(identity.publicKey), 3_072)
    assert.ok(sealingKeys(identity))
  })

  it('makes one key pair for programs that start together, and leaves nothing else behind', async () => {
    fresh()
    const trusts = [new TrustDirectory(directory), new TrustDirectory(directory)]
    const [first, ...others] = await Promise.all(trusts.map((trust) => trust.identity()))
    for (const other of others) assert.deepEqual(other, first)
    assert.deepEqual(await new TrustDirectory(directory).identity(), first)
    assert.deepEqual(await readdir(directory), ['identity.json'])
  })

  it('remembers keys by server and user, without regard to case, and the last one counts', async () => {
    const trust = new TrustDirectory(fresh())
    assert.equal(await trust.pinned('host:1', 'user_1'), null)
    await trust.pin('host:1', 'User_1', 'one')
    await trust.pin('host:2', 'user_1', 'two')
    assert.equal(await trust.pinned('host:1', 'USER_1'), 'one')
    assert.equal(await trust.pinned('host:1', 'user_2'), null)
    assert.equal(await trust.pinned('host:1', '__proto__'), null)
    await trust.pin('host:1', 'user_1', 'accepted')
    const again = new TrustDirectory(directory)
    assert.deepEqual(
      [await again.pinned('host:1', 'user_1'), await again.pinned('host:2', 'user_1')],
      ['accepted', 'two'],
    )
  })

  it('loses no key that two programs remember at the same time', async () => {
    fresh()
    const trusts = [new TrustDirectory(directory), new TrustDirectory(directory)]
    const users = Array.from({ length: 20 }, (_, index) => `user_${index}`)
    await Promise.all(users.map((user, index) => trusts[index % 2]!.pin('host:1', user, user)))
    for (const user of users) assert.equal(await trusts[0]!.pinned('host:1', user), user)
  })

  it('knows at once what another program has remembered meanwhile', async () => {
    const [one, other] = [new TrustDirectory(directory), new TrustDirectory(directory)]
    for (const key of ['first', 'other', 'third']) {
      await other.pin('host:1', 'bob', key)
      assert.equal(await one.pinned('host:1', 'bob'), key)
    }
  })

  it('keeps an identity from before parley-2 as it is', async () => {
    const before = await readFile(new URL('../../vectors/parley-1.json', import.meta.url), 'utf8')
    const trust = new TrustDirectory(fresh())
    await trust.pin('host:1', 'user_1', 'key')
    await writeFile(join(directory, 'identity.json'), before)
    const { publicKey, privateKey } = JSON.parse(before) as Identity
    assert.deepEqual(await trust.identity(), { publicKey, privateKey })
    assert.equal(sealingKeys(await trust.identity()), null)
  })

  it('remembers how far the sessions of others came, the last mark of each, whichever program wrote it', async () => {
    const trust = new TrustDirectory(fresh())
    const mark = { id: 'aa', sender: 'bb', madeAt: Date.now(), next: 1, missing: [] }
    await trust.markReceived(mark)
    await new TrustDirectory(directory).markReceived({ ...mark, next: 4, missing: [2] })
    await trust.markReceived({ ...mark, id: 'cc' })
    await trust.markReceived({ ...mark, id: 'old', madeAt: 1_000 })
    const file = join(directory, 'received-sessions.jsonl')
    await writeFile(file, '{"id":"aa","sen', { flag: 'a' })
    const kept = [
      { ...mark, next: 4, missing: [2] },
      { ...mark, id: 'cc' },
    ]
    assert.deepEqual(await new TrustDirectory(directory).receivedMarks(), kept)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
  })

  it('writes its marks anew when they are many, without those that are old', async () => {
    const trust = new TrustDirectory(fresh())
    const mark = { id: 'aa', sender: 'bb', madeAt: Date.now(), next: 1, missing: [] }
    await trust.markReceived(mark)
    const file = join(directory, 'received-sessions.jsonl')
    await writeFile(file, `${JSON.stringify({ ...mark, madeAt: 1_000 })}\n`.repeat(20_000), { flag: 'a' })
    await writeFile(file, `${JSON.stringify({ ...mark, next: 2 })}\n`, { flag: 'a' })
    assert.deepEqual(await trust.receivedMarks(), [{ ...mark, next: 2 }])
    assert.equal(await readFile(file, 'utf8'), `${JSON.stringify({ ...mark, next: 2 })}\n`)
    assert.deepEqual(await readdir(directory), ['received-sessions.jsonl'])
  })

  it('takes the identity and the keys of a backup, but never in the place of another identity', async () => {
    const trust = new TrustDirectory(fresh())
    await trust.pin('host:1', 'user_1', 'one')
    await trust.pin('host:1', 'user_1', 'two')
    const contents = await trust.contents()
    assert.deepEqual(contents.pins, [{ server: 'host:1', user: 'user_1', key: 'two' }])
    const other = new TrustDirectory(fresh())
    await other.restore(contents)
    assert.deepEqual([await other.identity(), await other.pinned('host:1', 'USER_1')], [contents.identity, 'two'])
    await other.restore(contents)
    const refused = other.restore({ ...contents, identity: { publicKey: 'a', privateKey: 'b' } })
    await assert.rejects(refused, { code: 'usage', message: /another identity/ })
    assert.deepEqual(await other.identity(), contents.identity)
  })

  for (const text of ['', 'no JSON', '[]', 'null', '{"publicKey":1}', '{"publicKey":"a"}']) {
    it(`names the file when the key pair is ${JSON.stringify(text)}, and does not write over it`, async () => {
      const trust = new TrustDirectory(fresh())
      await trust.pin('host:1', 'user_1', 'key')
      const file = join(directory, 'identity.json')
      await writeFile(file, text)
      await assert.rejects(trust.identity(), { code: 'usage', message: /identity\.json is no key pair; move it away/ })
      assert.equal(await readFile(file, 'utf8'), text)
    })
  }

  it('names the line of the known keys that is broken, rather than forget a key', async () => {
    const trust = new TrustDirectory(fresh())
    await trust.pin('host:1', 'user_1', 'key')
    await writeFile(join(directory, 'known-keys.jsonl'), '\n{"server":"host:1"}\n', { flag: 'a' })
    await assert.rejects(trust.pinned('host:1', 'user_1'), { code: 'usage', message: /^line 3 of .*known-keys\.jsonl/ })
  })

  it('says which file cannot be used', async () => {
    const trust = new TrustDirectory(fresh())
    await trust.pin('host:1', 'user_1', 'key')
    const inTheWay = new TrustDirectory(join(directory, 'known-keys.jsonl'))
    await assert.rejects(inTheWay.identity(), { code: 'usage', message: /cannot be used to keep keys in: ENOTDIR/ })
    await assert.rejects(inTheWay.pin('host:1', 'user_1', 'key'), { name: 'ChatError', code: 'usage' })
  })
})
