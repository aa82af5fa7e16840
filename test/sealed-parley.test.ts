import { MemoryTrust, PassingMemory, type ConnectOptions } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { serverUnderTest } from './server-under-test.ts'

const week = 7 * 24 * 3_600_000

describe('what is sealed over parley', () => {
  it('is read by who was away for more than a week, all of it, and nothing is an alarm', async (t) => {
    const { open, device } = await community(t)
    const [ann, laptop] = [await open('ann'), device('bob')]
    const bob = await open('bob', laptop)
    await ann.chat.tell('bob', 'first')
    await bob.hears('private-message ann first sealed')
    await bob.chat.close()
    for (let at = 0; at < 8; at++) await ann.chat.tell('bob', `missed ${at}`)
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + week + 60_000 })
    const back = await open('bob', laptop)
    await ann.chat.tell('bob', 'live')
    await back.hears('private-message ann live sealed')
    const texts = [
      'missed 0',
      'missed 1',
      'missed 2',
      'missed 3',
      'missed 4',
      'missed 5',
      'missed 6',
      'missed 7',
      'live',
    ]
    assert.deepEqual(
      privates(back),
      texts.map((text) => `ann ${text} sealed`),
    )
    assert.deepEqual(alarms(back, ann), [])
  })

  it('comes to two programs of one user that share a directory, to one that comes later and to one that comes again', async (t) => {
    const { open, device } = await community(t)
    const ann = await open('ann')
    const [one, two] = [device('bob'), device('bob')]
    const first = await open('bob', one)
    await ann.chat.tell('bob', '1')
    await first.hears('private-message ann 1 sealed')
    const second = await open('bob', two)
    for (const text of ['2', '3']) await ann.chat.tell('bob', text)
    for (const each of [first, second]) await each.hears('private-message ann 3 sealed')
    await second.chat.close()
    for (const text of ['4', '5']) await ann.chat.tell('bob', text)
    await first.hears('private-message ann 5 sealed')
    const again = await open('bob', two)
    await ann.chat.tell('bob', '6')
    for (const each of [first, again]) await each.hears('private-message ann 6 sealed')
    assert.deepEqual(
      privates(first),
      ['1', '2', '3', '4', '5', '6'].map((text) => `ann ${text} sealed`),
    )
    assert.deepEqual(
      privates(second),
      ['2', '3'].map((text) => `ann ${text} sealed`),
    )
    assert.deepEqual(
      privates(again),
      ['4', '5', '6'].map((text) => `ann ${text} sealed`),
    )
    assert.deepEqual(alarms(first, second, again), [])
  })

  it('is written by two devices in turns, and heard by each other, by the peer and by a device that comes late', async (t) => {
    const { open, device } = await community(t)
    const [laptop, phone] = [await open('ann'), await open('ann', device('ann'))]
    const bob = await open('bob')
    for (let turn = 0; turn < 3; turn++) {
      await laptop.chat.tell('bob', `laptop ${turn}`)
      await phone.chat.tell('bob', `phone ${turn}`)
    }
    await bob.hears('private-message ann phone 2 sealed')
    await phone.hears('private-message ann bob laptop 2 sealed')
    await laptop.hears('private-message ann bob phone 2 sealed')
    const late = await open('bob', device('bob'))
    // That begins new sessions of both, which name those before them.
    for (const each of [laptop, phone]) await each.chat.sealing.safetyNumber('bob')
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_600_001 })
    await laptop.chat.tell('bob', 'laptop anew')
    await phone.chat.tell('bob', 'phone anew')
    for (const each of [bob, late]) await each.hears('private-message ann phone anew sealed')
    assert.equal(privates(bob).length, 8)
    assert.deepEqual(alarms(laptop, phone, bob, late), [])
  })

  it('is not missing when it was deleted while one was away', async (t) => {
    const { open, device } = await community(t)
    const [ann, laptop] = [await open('ann'), device('bob')]
    const bob = await open('bob', laptop)
    await ann.chat.tell('bob', 'first')
    await bob.hears('private-message ann first sealed')
    await bob.chat.close()
    await ann.chat.tell('bob', 'a slip')
    const { messages } = await ann.chat.history.page('@bob', {}, 1)
    await ann.chat.history.delete(messages[0]!.stamp.seq)
    const back = await open('bob', laptop)
    await ann.chat.tell('bob', 'second')
    await back.hears('private-message ann second sealed')
    assert.deepEqual(alarms(back), [])
  })
})

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

/** Accounts, each with one identity on all its devices. */
async function community(t: TestContext) {
  const server = await serverUnderTest({ listen: ['parley://127.0.0.1:0'] })
  const chats: ChatUnderTest[] = []
  t.after(async () => {
    await Promise.all(chats.map(({ chat }) => chat.close()))
    await server.stop()
  })
  for (const name of ['ann', 'bob', 'cem']) await server.addAccount(name, 'secret')
  const trusts = new Map<string, MemoryTrust>()
  const trustOf = async (name: string) => {
    const { identity } = await ChatUnderTest.trustOf(name).contents()
    let trust = trusts.get(name)
    if (!trust) trusts.set(name, (trust = new MemoryTrust()))
    await trust.restore({ identity, pins: [] })
    return trust
  }
  return {
    server,
    trustOf,
    open: async (name: string, options: Partial<ConnectOptions> = {}) => {
      // So that nobody has said too much.
      server.clock.advance(9_000)
      const url = `parley://${name}@127.0.0.1:${server.port('parley')}`
      const chat = await ChatUnderTest.open(url, { password: 'secret', trust: await trustOf(name), ...options })
      chats.push(chat)
      return chat
    },
    /** One that remembers how far it came. */
    device: (name: string) => ({ device: `device of ${name}`, memory: new PassingMemory() }),
  }
}

/** Each has heard what the server said so far: the reply to a question comes behind it. */
async function knowing(...chats: readonly ChatUnderTest[]): Promise<void> {
  await Promise.all(chats.map(({ chat }) => chat.groups.list()))
}

async function identityOf(name: string): Promise<string> {
  return (await ChatUnderTest.trustOf(name).identity()).publicKey
}

function privates({ heard }: ChatUnderTest): readonly string[] {
  return heard.flatMap((line) => /^private-message (.*)$/.exec(line)?.[1] ?? [])
}

function alarms(...chats: readonly ChatUnderTest[]): readonly string[] {
  return chats.flatMap(({ heard }) =>
    heard.filter((line) => /^(seal-alarm|unreadable|protocol|key-changed)/.test(line)),
  )
}
