import { systemClock, type Clock, type StoredMessage } from '@parley/client'
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { inbox } from 'parley/src/inbox.ts'
import { send } from 'parley/src/send.ts'
import { ask } from 'parley/src/tunnel.ts'
import { users } from 'parley/src/users.ts'
import { ChatUnderTest } from '../chat-under-test.ts'
import { CommandsInProcess } from '../commands-in-process.ts'
import { FieldCpServer } from './cp-server.ts'

/** A time in which the silence is short by which a PDU ends, and nothing else. */
const clock: Clock = { after: (ms, run) => systemClock.after(ms <= 100 ? ms / 10 : ms, run) }

describe('a cp server in the field that leaves out line ends', () => {
  let server: FieldCpServer
  let commands: CommandsInProcess

  beforeEach(async () => {
    server = await FieldCpServer.open()
    commands = await CommandsInProcess.open({ clock })
  })
  afterEach(async () => {
    await commands.close()
    await server.close()
  })

  const url = (name: string) => `cp://${name}@127.0.0.1:${server.port}`
  const open = (name: string) => ChatUnderTest.open(url(name), { password: server.password, clock })

  it('is signed in on, takes messages by 200, and hands them out', async () => {
    const pamina = await open('Pamina')
    await pamina.chat.tell('George', 'hello: you')
    await pamina.chat.tell('Pamina', 'a note')
    assert.deepEqual(
      server.waiting('George').map(({ text }) => text),
      ['hello; you'],
    )
    const note: StoredMessage = { from: 'Pamina', text: 'a note', toAll: false }
    assert.deepEqual(await Array.fromAsync(pamina.chat.mailbox.fetch()), [note])
    assert.deepEqual(await Array.fromAsync(pamina.chat.mailbox.fetch()), [])
    await pamina.chat.close()
    assert.deepEqual(pamina.heard, ['closed closed here'])
  })

  it('refuses a wrong password, an unknown receiver, and what is meant for everybody', async () => {
    await assert.rejects(ChatUnderTest.open(url('Pamina'), { password: 'wrong', clock }), { code: 'name-taken' })
    const { chat } = await open('Pamina')
    await assert.rejects(chat.tell('nobody', 'x'), { code: 'no-such-user' })
    await assert.rejects(chat.say('x'), /no messages to everybody/)
    await chat.tell('George', 'still here')
    assert.equal(server.waiting('George').length, 1)
    await chat.close()
  })

  it('hands out every message once, though it takes whatever comes between them for a confirmation', async () => {
    for (const text of ['1', '1', '2', '3']) server.store('George', 'Pamina', text)
    const { chat } = await open('Pamina')
    const texts: string[] = []
    for await (const { text } of chat.mailbox.fetch()) {
      texts.push(text)
      await chat.tell('George', `got ${text}`)
    }
    assert.deepEqual(texts, ['1', '1', '2', '3'])
    assert.deepEqual(
      server.waiting('George').map(({ text }) => text),
      ['got 1', 'got 1', 'got 2', 'got 3'],
    )
    await chat.close()
  })

  it('has its messages fetched again after a fetch that was broken off', async () => {
    for (const text of ['1', '2', '3']) server.store('George', 'Pamina', text)
    const { chat } = await open('Pamina')
    for await (const { text } of chat.mailbox.fetch()) if (text === '2') break
    await chat.tell('George', 'in between')
    const again = await Array.fromAsync(chat.mailbox.fetch(), ({ text }) => text)
    assert.deepEqual(again, ['2', '3'])
    assert.equal(server.waiting('George')[0]?.text, 'in between')
    await chat.close()
  })

  it('has a whole conversation with the commands', async () => {
    const { password } = server
    const pamina = await commands.signedIn(url('Pamina'), {}, password)
    const george = await commands.signedIn(url('George'), {}, password)
    pamina.type('/msg George hello there')
    await pamina.hears(/^you to George.*: hello there$/m)
    george.type('/inbox')
    await george.hears(/^Pamina wrote to you: hello there$/m)
    await george.hears(/^= 1 message$/m)
    george.type('hello everybody')
    await george.hears(/^! this server has no messages to everybody; write to one user\.$/m)
    const sent = await commands.runs(
      (environment) => send(url('Dolce'), ['from', 'Dolce'], { to: 'Pamina' }, environment),
      password,
    )
    assert.deepEqual(sent, { code: 0, written: '', complaints: '' })
    const waiting = await commands.runs((environment) => inbox(url('Pamina'), {}, environment), password)
    assert.deepEqual(waiting, { code: 0, written: 'Dolce: from Dolce\n', complaints: '' })
    const listed = await commands.runs((environment) => users(url('Dolce'), {}, environment), password)
    assert.deepEqual([listed.code, /cp cannot tell who is here/.test(listed.complaints)], [2, true])
    const tunnel = await commands.runs(
      (environment) => ask(url('Dolce'), 'them', [], { listen: '0' }, environment),
      password,
    )
    assert.deepEqual([tunnel.code, /cp cannot open tunnels; chatos and parley can/.test(tunnel.complaints)], [2, true])
    for (const each of [pamina, george]) {
      await each.quit()
      assert.doesNotMatch(each.shown, /odd|WARNING/)
    }
  })
})
