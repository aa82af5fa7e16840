import { MemoryTrust, type BackupContents, type Chat, type TrustStore } from '@parley/client'
import { TrustDirectory } from '@parley/client/node'
import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import { alarms, community, identityOf, knowing } from './sealed-community.ts'

describe('the recovery of an account', () => {
  it('gives a new device identity and keys before it publishes one of its own, and the old sealed history', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    await ann.chat.tell('bob', 'before there was a backup')
    await bob.chat.tell('ann', 'I see')
    await ann.hears('private-message bob I see sealed')
    await ann.chat.groups.create('cooks')
    await bob.chat.groups.join('cooks')
    await knowing(ann)
    await ann.chat.groups.say('cooks', 'salt')
    const phrase = await ann.chat.recovery.make()
    assert.equal(phrase.split(' ').length, 12)
    assert.ok(!JSON.stringify(await ann.chat.backup.get()).includes(phrase))

    const trust = new MemoryTrust()
    const phone = await open('ann', { trust })
    assert.equal(phone.chat.recovery.isNeeded, true)
    for (const refused of [
      phone.chat.tell('bob', 'x'),
      phone.chat.groups.say('cooks', 'x'),
      phone.chat.recovery.make(),
    ]) {
      await assert.rejects(refused, { code: 'recovery-needed' })
    }
    assert.equal(await trust.hasIdentity(), false)
    for (const [wrong, why] of [
      ['one two three', /twelve words/],
      ['abandon '.repeat(11) + 'about', /another backup/],
    ] as const) {
      await assert.rejects(phone.chat.recovery.restore(wrong), { code: 'usage', message: why })
    }
    await phone.chat.recovery.restore(phrase.toUpperCase())
    assert.equal(phone.chat.recovery.isNeeded, false)
    const texts = async (of: '@bob' | '#cooks') =>
      (await phone.chat.history.page(of, {}, 10)).messages.map(({ body }) => (body.kind === 'text' ? body.text : body))
    assert.deepEqual(await texts('@bob'), ['before there was a backup', 'I see'])
    assert.deepEqual(await texts('#cooks'), ['salt'])
    assert.equal(await phone.chat.tell('bob', 'from my phone'), 'sealed')
    await bob.hears('private-message ann from my phone sealed')
    assert.equal((await trust.contents()).identity.publicKey, await identityOf('ann'))
    assert.deepEqual(alarms(ann, bob, phone), [])
  })

  it('begins anew only when told to, and what others know is then an alarm', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    await bob.chat.tell('ann', 'hello')
    await ann.chat.recovery.make()
    const [other, needed] = [new MemoryTrust(), Promise.withResolvers<void>()]
    const phone = await open('ann', {
      trust: other,
      prepare: (chat) => void chat.on('recovery-needed', () => needed.resolve()),
    })
    await needed.promise
    await phone.chat.recovery.beginAnew()
    assert.equal(await other.hasIdentity(), true)
    await bob.hears('key-changed ann')
  })

  it('gives a lost device back from its directory: the phrase opens all that was sealed, and is asked for once', async (t) => {
    const { open } = await community(t)
    const [lost, fresh] = [await directory(t), await directory(t)]
    const first = new TrustDirectory(lost)
    await first.restore(await ChatUnderTest.trustOf('ann').contents())
    const [ann, bob] = [await open('ann', { trust: first }), await open('bob')]
    await ann.chat.tell('bob', 'from the first device')
    await bob.chat.tell('ann', 'I see')
    await ann.hears('private-message bob I see sealed')
    const phrase = await ann.chat.recovery.make()
    await ann.chat.close()
    await rm(lost, { recursive: true })

    const second = await open('ann', { trust: new TrustDirectory(fresh) })
    await second.chat.recovery.restore(phrase)
    assert.deepEqual(await textsOf(second.chat), ['from the first device', 'I see'])
    await bob.chat.tell('ann', 'still you?')
    await second.hears('private-message bob still you? sealed')
    for (const file of ['identity.json', 'recovery-phrase', 'known-keys.jsonl']) {
      assert.equal((await stat(join(fresh, file))).mode & 0o777, 0o600, file)
    }
    await second.chat.close()
    const again = await open('ann', { trust: new TrustDirectory(fresh) })
    assert.equal(again.chat.recovery.isNeeded, false)
    assert.deepEqual(alarms(bob, second, again), [])
  })

  it('is asked of a device with other keys than those that the account has, before anybody is alarmed', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    await bob.chat.tell('ann', 'hello')
    await ann.hears('private-message bob hello sealed')
    const other = new MemoryTrust()
    await other.restore({ identity: await ChatUnderTest.trustOf('cem').identity(), pins: [] })
    const phone = await opened(open, 'ann', other)
    assert.deepEqual(phone.needed, [{ hasBackup: false }])
    await assert.rejects(phone.chat.tell('bob', 'x'), { code: 'recovery-needed' })
    await bob.chat.tell('ann', 'are you there?')
    await phone.hears('unreadable bob this device does not have the keys of this account yet')
    const phrase = await ann.chat.recovery.make()
    await assert.rejects(phone.chat.recovery.restore(phrase), { code: 'usage', message: /another identity/ })
    assert.equal(phone.chat.recovery.isNeeded, true)
    assert.deepEqual(alarms(ann, bob), [])
    await phone.chat.recovery.beginAnew()
    await bob.hears('key-changed ann')
    await phone.chat.close()
    const again = await opened(open, 'ann', other)
    assert.deepEqual([again.needed, again.chat.recovery.isNeeded], [[], false])
    // The first device is the one now that does not have the keys of the account.
    await ann.chat.close()
    assert.deepEqual((await opened(open, 'ann', ChatUnderTest.trustOf('ann'))).needed, [{ hasBackup: true }])
  })

  it('is possible by a phrase that is made only when it is missed', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    await ann.chat.tell('bob', 'hello')
    await bob.hears('private-message ann hello sealed')
    const phone = await opened(open, 'ann', new MemoryTrust())
    assert.deepEqual(phone.needed, [{ hasBackup: false }])
    await phone.chat.recovery.restore(await ann.chat.recovery.make())
    assert.deepEqual(await textsOf(phone.chat), ['hello'])
    assert.equal(await phone.chat.tell('bob', 'from my phone'), 'sealed')
    await bob.hears('private-message ann from my phone sealed')
    assert.deepEqual(alarms(ann, bob, phone), [])
  })

  it('lets nothing go plain while the keys are made, or while a connection that broke is made anew', async (t) => {
    const { open, server } = await community(t)
    const bob = await open('bob')
    await bob.chat.tell('ann', 'hello').catch(() => {})
    const proxy = await cuttingProxy(() => server.port('parley'))
    t.after(() => proxy.close())
    const trust = new SlowTrust(await ChatUnderTest.trustOf('ann').contents())
    const ann = await open('ann', { trust, reconnect: true, wire: true }, 'parley', proxy.port)
    const said: string[] = []
    ann.chat.on('wire', ({ direction, line }) => void (direction === 'sent' && said.push(line)))
    await ann.chat.tell('bob', 'first')
    await bob.hears('private-message ann first sealed')
    const again = new Promise<void>((resolve) => void ann.chat.on('reconnected', () => resolve()))
    const asked = trust.hold()
    proxy.cut()
    const release = await asked
    await assert.rejects(ann.chat.tell('bob', 'a secret'), { code: 'unreachable' })
    release()
    await again
    assert.equal(await ann.chat.tell('bob', 'second'), 'sealed')
    await bob.hears('private-message ann second sealed')

    const other = new SlowTrust(await ChatUnderTest.trustOf('cem').contents())
    const phone = await opened(open, 'ann', other)
    const asking = other.hold()
    const anew = phone.chat.recovery.beginAnew()
    const go = await asking
    await assert.rejects(phone.chat.tell('bob', 'a secret'), { code: 'recovery-needed' })
    go()
    await anew
    assert.equal(phone.chat.recovery.isNeeded, false)
    assert.equal(await phone.chat.tell('bob', 'third'), 'sealed')
    assert.ok(![...said, ...bob.heard].some((line) => line.includes('a secret')))
  })

  it('says it when a device goes on without keeping the backup, or the server keeps less than all keys', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    const phone = await opened(open, 'ann', await keysOf('ann'))
    await ann.chat.recovery.make()
    await phone.chat.recovery.make()
    await ann.chat.tell('bob', 'a new pin')
    await ann.hears('notice another device has made a new recovery phrase')
    await bob.hears('private-message ann a new pin sealed')
    const many = await keysOf('ann')
    for (let at = 0; at < 1_500; at++) await many.pin('server', `user${at}`, 'k'.repeat(600))
    const full = await opened(open, 'ann', many)
    const phrase = await full.chat.recovery.make()
    assert.match(await full.hears('notice the server keeps no larger backup'), /: \d+ keys, which were seen before/)
    const fresh = await opened(open, 'ann', await keysOf('ann'))
    await fresh.chat.recovery.restore(phrase)
  })
})

/** Has an identity, and gives it when it is let. */
class SlowTrust extends MemoryTrust {
  readonly #contents: BackupContents
  #wait: ((release: () => void) => void) | undefined

  constructor(contents: BackupContents) {
    super()
    this.#contents = contents
  }

  /** Keeps the next one waiting who asks for it. Resolves, when somebody does, with how to go on. */
  hold(): Promise<() => void> {
    return new Promise((resolve) => (this.#wait = resolve))
  }

  override hasIdentity = async () => true

  override async identity(): Promise<BackupContents['identity']> {
    const wait = this.#wait
    this.#wait = undefined
    if (wait) await new Promise<void>((resolve) => wait(resolve))
    return this.#contents.identity
  }
}

async function directory(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'parley-keys-'))
  t.after(() => rm(made, { recursive: true, force: true }))
  return made
}

async function keysOf(name: string): Promise<MemoryTrust> {
  const trust = new MemoryTrust()
  await trust.restore({ identity: await ChatUnderTest.trustOf(name).identity(), pins: [] })
  return trust
}

type Open = Awaited<ReturnType<typeof community>>['open']

/** With whether it was asked for the phrase. */
async function opened(open: Open, name: string, trust: TrustStore) {
  const needed: { readonly hasBackup: boolean }[] = []
  const isTold = Promise.withResolvers<void>()
  const prepare = (chat: Chat) => {
    chat.on('recovery-needed', (what) => needed.push(what))
    chat.on('caught-up', () => isTold.resolve())
  }
  const chat = await open(name, { trust, prepare })
  await isTold.promise
  return Object.assign(chat, { needed })
}

async function textsOf(chat: Chat): Promise<readonly unknown[]> {
  const { messages } = await chat.history.page('@bob', {}, 10)
  return messages.map(({ body }) => (body.kind === 'text' ? body.text : body))
}
