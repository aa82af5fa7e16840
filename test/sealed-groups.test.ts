import { MemoryTrust, type ChatEvents, type Identity } from '@parley/client'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { alarms, community, knowing } from './sealed-community.ts'

describe('what is sealed in a group over parley', () => {
  it('is heard by all members and their devices, under a new key for who comes and goes', async (t) => {
    const { open, device } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    const phone = await open('ann', device('ann'))
    await ann.chat.groups.create('cooks')
    await bob.chat.groups.join('cooks')
    await knowing(ann, phone)
    assert.equal(await ann.chat.groups.say('cooks', 'salt'), 'sealed')
    assert.equal(await bob.chat.groups.say('cooks', 'pepper'), 'sealed')
    assert.equal(await phone.chat.groups.say('cooks', 'thyme'), 'sealed')
    await bob.hears('group-message ann cooks thyme sealed')
    const cem = await open('cem')
    await cem.chat.groups.join('cooks')
    await knowing(ann, bob)
    assert.equal(await ann.chat.groups.say('cooks', 'welcome'), 'sealed')
    await cem.hears('group-message ann cooks welcome sealed')
    assert.equal(await cem.chat.groups.say('cooks', 'thanks'), 'sealed')
    for (const each of [ann, phone, bob]) await each.hears('group-message cem cooks thanks sealed')
    await ann.chat.groups.kick('cooks', 'cem')
    await knowing(bob)
    assert.equal(await bob.chat.groups.say('cooks', 'without cem'), 'sealed')
    await ann.hears('group-message bob cooks without cem sealed')
    assert.ok(!cem.heard.some((line) => line.includes('without')))
    assert.deepEqual(alarms(ann, phone, bob, cem), [])
  })

  it('opens in the history, on another device and after a restart, from whichever page', async (t) => {
    const { open, device } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    await ann.chat.groups.create('cooks')
    await bob.chat.groups.join('cooks')
    for (const text of ['salt', 'pepper', 'thyme']) {
      await ann.chat.groups.say('cooks', text)
      await bob.hears(`group-message ann cooks ${text} sealed`)
    }
    const phone = await open('bob', device('bob'))
    for (const chat of [phone.chat, (await open('ann', device('ann'))).chat]) {
      const newest = await chat.history.page('#cooks', {}, 1)
      assert.deepEqual(
        newest.messages.map(({ body }) => body),
        [{ kind: 'text', text: 'thyme', secrecy: 'sealed' }],
      )
      const all = await chat.history.page('#cooks', {}, 10)
      assert.deepEqual(
        all.messages.map(({ body }) => body.kind === 'text' && body.text),
        ['salt', 'pepper', 'thyme'],
      )
    }
    // In the middle of a session, whose key went with its first message.
    await ann.chat.groups.say('cooks', 'basil')
    await phone.hears('group-message ann cooks basil sealed')
    assert.deepEqual(alarms(phone, bob), [])
  })

  it('goes on after being away, with those who came, left and wrote meanwhile', async (t) => {
    const { open, device } = await community(t)
    const [ann, laptop] = [await open('ann'), device('bob')]
    const bob = await open('bob', laptop)
    await ann.chat.groups.create('cooks')
    await bob.chat.groups.join('cooks')
    await ann.chat.groups.say('cooks', 'one')
    await bob.hears('group-message ann cooks one sealed')
    await bob.chat.close()
    await ann.chat.groups.say('cooks', 'two')
    const cem = await open('cem')
    await cem.chat.groups.join('cooks')
    await knowing(ann)
    await cem.chat.groups.say('cooks', 'three')
    await ann.chat.groups.say('cooks', 'four')
    const back = await open('bob', laptop)
    assert.equal(await back.chat.groups.say('cooks', 'five'), 'sealed')
    await cem.hears('group-message bob cooks five sealed')
    await ann.chat.groups.say('cooks', 'six')
    await back.hears('group-message ann cooks six sealed')
    const said = back.heard.filter((line) => line.startsWith('group-message'))
    assert.deepEqual(said, [
      'group-message ann cooks two sealed',
      'group-message cem cooks three sealed',
      'group-message ann cooks four sealed',
      'group-message ann cooks six sealed',
    ])
    assert.deepEqual(alarms(ann, back, cem), [])
  })
})

describe('a member of a sealed group whose key has changed', () => {
  it('is not written to, sealed or plain, until the new one is accepted', async (t) => {
    const { open } = await community(t)
    const [ann, bob, cem] = [await open('ann'), await open('bob'), await open('cem')]
    await ann.chat.groups.create('cooks')
    for (const each of [bob, cem]) await each.chat.groups.join('cooks')
    await knowing(ann)
    await ann.chat.groups.say('cooks', 'salt')
    for (const each of [bob, cem]) await each.hears('group-message ann cooks salt sealed')
    const other = new MemoryTrust()
    await other.restore({ identity: await ChatUnderTest.trustOf('zoe').identity(), pins: [] })
    const phone = await open('bob', { trust: other })
    await phone.chat.recovery.beginAnew()
    await ann.hears('key-changed bob')
    await assert.rejects(ann.chat.groups.say('cooks', 'a secret'), { code: 'key-changed' })
    await ann.chat.sealing.acceptKey('bob')
    assert.equal(await ann.chat.groups.say('cooks', 'welcome back'), 'sealed')
    await phone.hears('group-message ann cooks welcome back sealed')
    await cem.hears('group-message ann cooks welcome back sealed')
    assert.ok(![bob, cem, phone].some(({ heard }) => heard.some((line) => line.includes('a secret'))))
    // The keys of the one who writes are those of bob's other device no more.
    assert.equal(await phone.chat.groups.say('cooks', 'it is me'), 'sealed')
    await ann.hears('group-message bob cooks it is me sealed')
    await cem.hears('seal-alarm bob forged')
  })
})

describe('a group in which not everybody can read what is sealed', () => {
  it('is plain, and that is said once with who it is because of, until it can be sealed', async (t) => {
    const { open } = await community(t)
    const [ann, bob, cem] = [await open('ann'), await open('bob'), await open('cem', { sealing: 'off' })]
    const told = protections(ann)
    await ann.chat.groups.create('cooks')
    for (const each of [bob, cem]) await each.chat.groups.join('cooks')
    await knowing(ann)
    for (const text of ['salt', 'pepper']) assert.equal(await ann.chat.groups.say('cooks', text), 'plain')
    await bob.hears('group-message cooks ann pepper plain')
    await cem.hears('group-message cooks ann pepper plain')
    assert.deepEqual(told, [{ group: 'cooks', isSealed: false, without: ['cem'] }])
    await assert.rejects(ann.chat.groups.say('cooks', 'x', { sealing: 'sealed' }), named('cem'))
    await cem.chat.groups.leave('cooks')
    await knowing(ann)
    assert.equal(await ann.chat.groups.say('cooks', 'thyme'), 'sealed')
    await bob.hears('group-message ann cooks thyme sealed')
    assert.deepEqual(told.slice(1), [{ group: 'cooks', isSealed: true, without: [] }])
  })

  it('is never plain by itself where something was sealed before, for whoever knows that', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    await ann.chat.groups.create('cooks')
    await bob.chat.groups.join('cooks')
    await knowing(ann)
    await ann.chat.groups.say('cooks', 'salt')
    await bob.hears('group-message ann cooks salt sealed')
    const cem = await open('cem', { sealing: 'off' })
    await cem.chat.groups.join('cooks')
    await knowing(ann, bob)
    for (const each of [ann, bob]) await assert.rejects(each.chat.groups.say('cooks', 'secret'), named('cem'))
    assert.equal(await bob.chat.groups.say('cooks', 'for all of you', { sealing: 'plain' }), 'plain')
    for (const each of [ann, cem]) await each.hears('group-message cooks bob for all of you plain')
    assert.ok(![ann, bob, cem].some(({ heard }) => heard.some((line) => line.includes('secret'))))
  })

  it('is plain where a member has a key of parley-1 alone', async (t) => {
    const { open } = await community(t)
    const old = new MemoryTrust()
    await old.restore({ identity: parley1Identity, pins: [] })
    const [ann, cem] = [await open('ann'), await open('cem', { trust: old })]
    const told = protections(ann)
    await ann.chat.groups.create('cooks')
    await cem.chat.groups.join('cooks')
    await knowing(ann)
    assert.equal(await ann.chat.groups.say('cooks', 'salt'), 'plain')
    await cem.hears('group-message cooks ann salt plain')
    assert.equal(await cem.chat.groups.say('cooks', 'pepper'), 'plain')
    await ann.hears('group-message cooks cem pepper plain')
    assert.deepEqual(told, [{ group: 'cooks', isSealed: false, without: ['cem'] }])
  })

  it('is heard by a member on helo, or whoever writes is told that it is not', async (t) => {
    const { open } = await community(t)
    const ann = await open('ann')
    const told = protections(ann)
    await ann.chat.groups.create('cooks')
    // The program of cem seals, and helo carries no sealed groups.
    const onHelo = await open('cem', {}, 'helo')
    await onHelo.chat.groups.join('cooks')
    await knowing(ann)
    assert.equal(await ann.chat.groups.say('cooks', 'salt'), 'plain')
    await onHelo.hears('group-message cooks ann salt')
    await onHelo.chat.close()
    await ann.hears('left cem')
    const device = await open('cem')
    await ann.hears('joined cem')
    assert.equal(await ann.chat.groups.say('cooks', 'pepper'), 'sealed')
    await device.hears('group-message ann cooks pepper sealed')
    await device.chat.close()
    const again = await open('cem', {}, 'helo')
    assert.equal(await ann.chat.groups.say('cooks', 'thyme'), 'sealed')
    assert.equal(await ann.chat.groups.say('cooks', 'basil', { sealing: 'plain' }), 'plain')
    await again.hears('group-message  ann basil')
    assert.deepEqual(
      again.heard.filter((line) => line.startsWith('group-message')),
      ['group-message  ann basil'],
    )
    assert.deepEqual(told, [
      { group: 'cooks', isSealed: false, without: ['cem'] },
      { group: 'cooks', isSealed: true, without: [] },
      { group: 'cooks', isSealed: true, without: ['cem'] },
    ])
    assert.equal(await again.chat.groups.say('cooks', 'from helo'), null)
    await ann.hears('group-message cooks cem from helo plain')
  })
})

/** Of a program that knows parley-1 alone. */
const parley1Identity = JSON.parse(
  readFileSync(new URL('../packages/client/vectors/parley-1.json', import.meta.url), 'utf8'),
) as Identity

function protections({ chat }: ChatUnderTest): readonly ChatEvents['group-protection'][] {
  const told: ChatEvents['group-protection'][] = []
  chat.on('group-protection', (what) => void told.push(what))
  return told
}

function named(user: string) {
  return { code: 'not-sealable', message: new RegExp(`^${user} has no key`) }
}
