import { MemoryTrust } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
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
      await assert.rejects(refused, { code: 'not-sealable' })
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
})
