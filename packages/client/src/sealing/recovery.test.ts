import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Parley2Vectors } from '../../suites/parley-2-vectors.ts'
import { ownerIn, ownerOf } from './backup-owner.ts'
import { sealingKeys } from './identity.ts'
import { newSession, sealMessage } from './parley-2.ts'
import { newRecoveryPhrase, openBackup, sealBackup, type BackupContents } from './recovery.ts'
import { openStored } from './sealed-history.ts'
import { MemoryTrust } from './trust.ts'

/** Key pairs that are there already: to make one takes long. */
const { from, to }: Parley2Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/parley-2.json', import.meta.url), 'utf8'),
)
const { identity } = from
const contents: BackupContents = { identity, pins: [{ server: 'host:1', user: 'bob', key: 'key of bob' }] }
const phrase = await newRecoveryPhrase()
const backup = (await sealBackup(contents, phrase)) ?? ''

describe('a backup of an identity', () => {
  it('is opened by its phrase, however that is typed', async () => {
    assert.match(phrase, /^([a-z]+ ){11}[a-z]+$/)
    assert.match(backup, /^[A-Za-z0-9+/]+=*$/)
    const typed = `  ${phrase.toUpperCase().replaceAll(' ', '\n ')} `
    assert.deepEqual(await openBackup(`${backup}\n`, typed), { ok: true, contents })
  })

  it('is another one each time, under other words each time, and shows nothing of what is in it', async () => {
    assert.notEqual(await newRecoveryPhrase(), phrase)
    const again = await sealBackup({ ...contents, pins: [] }, phrase)
    assert.notEqual(again?.slice(50, 90), backup.slice(50, 90))
    assert.equal(again?.length, backup.length)
    assert.doesNotMatch(atob(backup), /host:1|bob|publicKey/)
  })

  it('is not opened by other words, and says what is wrong with them', async () => {
    assert.deepEqual(await openBackup(backup, await newRecoveryPhrase()), { ok: false, fail: 'wrong-phrase' })
    const [first, ...others] = phrase.split(' ')
    for (const wrong of [
      '',
      'hello',
      others.join(' '),
      [...others, first, first].join(' '),
      phrase.replace(/^\w+/, 'parley'),
    ]) {
      assert.deepEqual(await openBackup(backup, wrong), { ok: false, fail: 'no-phrase' })
      assert.equal(await sealBackup(contents, wrong), null)
    }
  })

  it('shows that it was damaged', async () => {
    const bytes = Buffer.from(backup, 'base64')
    const damaged = async (at: number) => {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      const opened = await openBackup(changed.toString('base64'), phrase)
      return opened.ok || opened.fail
    }
    assert.deepEqual(
      [
        await damaged(0),
        await damaged(20),
        await damaged(33),
        await damaged(41),
        await damaged(68),
        await damaged(bytes.length - 1),
      ],
      ['no-backup', 'damaged', 'no-backup', 'wrong-phrase', 'damaged', 'damaged'],
    )
    const cut = await openBackup(bytes.subarray(0, -100).toString('base64'), phrase)
    assert.deepEqual(cut, { ok: false, fail: 'damaged' })
    for (const text of ['', 'no base64!', 'AAAA']) {
      assert.deepEqual(await openBackup(text, phrase), { ok: false, fail: 'no-backup' })
    }
  })

  it('says whose it is', async () => {
    assert.equal(ownerIn(backup), await ownerOf(identity))
    assert.notEqual(ownerIn(backup), await ownerOf(to.identity))
    assert.equal(ownerIn('AAAA'), null)
  })

  it('does not let a server choose how long the phrase is worked on', async () => {
    const bytes = Buffer.from(backup, 'base64')
    for (const rounds of [1, 4_000_000_000]) {
      bytes.writeUInt32BE(rounds, 32)
      assert.deepEqual(await openBackup(bytes.toString('base64'), phrase), { ok: false, fail: 'no-backup' })
    }
  })
})

describe('a new device with the backup of an account', () => {
  it('is the same person, and knows whom the other devices knew', async () => {
    const trust = new MemoryTrust()
    await trust.restore(contents)
    assert.deepEqual(await trust.contents(), contents)
    assert.equal(await trust.pinned('host:1', 'Bob'), 'key of bob')
    await assert.rejects(trust.restore({ ...contents, identity: { publicKey: 'a', privateKey: 'b' } }), {
      code: 'usage',
    })
  })

  it('reads the sealed history of both sides, and what the server put into it is not read', async () => {
    const bobs = to.identity
    const [ann, bob] = [
      { name: 'ann', keys: sealingKeys(identity)! },
      { name: 'bob', keys: sealingKeys(bobs)! },
    ]
    const at = { madeAt: 1, previous: null }
    const mine = await newSession(ann, { name: 'bob', publicKey: bob.keys.publicKey }, at)
    const theirs = await newSession(bob, { name: 'ann', publicKey: ann.keys.publicKey }, at)
    assert.ok(mine && theirs)
    const said = { from: 'Ann', to: 'bob', message: await sealMessage(mine.session, 3, 'mine'), token: mine.token }
    const heard = {
      from: 'bob',
      to: 'ANN',
      message: await sealMessage(theirs.session, 0, 'theirs'),
      token: theirs.token,
    }
    const proved = { profile: 'parley-2', isProved: true }
    for (const [stored, expected] of [
      [said, { text: 'mine', seal: proved, counter: 3 }],
      [heard, { text: 'theirs', seal: proved, counter: 0 }],
    ] as const) {
      const opened = await openStored(stored, 'ann', identity, bobs.publicKey)
      assert.deepEqual(opened && { text: opened.text, seal: opened.seal, counter: opened.place?.counter }, expected)
    }
    assert.equal((await openStored(heard, 'ann', identity, null))?.seal.isProved, false)
    for (const wrong of [
      { ...heard, from: 'cem' },
      { ...heard, message: said.message },
      { ...heard, token: said.token },
      { ...said, to: 'cem' },
    ]) {
      assert.equal(await openStored(wrong, 'ann', identity, bobs.publicKey), null)
    }
    assert.equal(
      await openStored(heard, 'ann', identity, identity.publicKey),
      null,
      'by another key than the known one',
    )
  })
})
