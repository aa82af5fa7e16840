import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { inbox } from 'parley/src/inbox.ts'
import { send } from 'parley/src/send.ts'
import { ask } from 'parley/src/tunnel.ts'
import { users } from 'parley/src/users.ts'
import { CommandsInProcess } from '../commands-in-process.ts'
import { LineClient } from '../line-client.ts'
import { identServer } from './ident-server.ts'

describe('our commands at an ident server of the field', () => {
  let commands: CommandsInProcess

  before(async () => {
    commands = await CommandsInProcess.open()
  })
  after(() => commands.close())
  afterEach(() => commands.end())

  it('talk, list and leave, with one of their clients on the other side', { timeout: 10_000 }, async (t) => {
    const server = await identServer(t)
    const { port } = server
    const us = commands.talking(`ident://ours@127.0.0.1:${port}`)
    await us.hears(/you are ours over ident/)
    us.type('/users')
    await us.hears(/^= ours$/m)
    const them = await LineClient.open(port)
    them.send('IDENT them')
    await us.hears(/^\* them joined$/m)
    us.type('hello everybody')
    await them.hears('BCST ours hello everybody\n')
    them.send('BCST hi there')
    await us.hears(/^them: hi there$/m)
    us.type('/msg them psst')
    await them.hears('PRIVATE_MESSAGE ours psst\n')
    await us.hears(/^you to them \(plain\): psst$/m)
    them.send('PM ours what is it')
    await us.hears(/^them to you \(plain\): what is it$/m)
    us.type('/users')
    await us.hears(/^= ours\s+them$/m)
    us.type('/msg nobody psst')
    await us.hears(/^! that user is not here: is the name right\?/m)
    us.type('/msg ours psst')
    await us.hears(/^! .*FAIL08 CANNOT SEND PRIVATE MESSAGE TO YOURSELF/m)
    us.type('/group create team')
    await us.hears(/^! ident cannot have groups; helo and parley can/m)
    await server.ask('PING', 'PONG')
    them.send('QUIT')
    await us.hears(/^\* them left$/m)
    us.type('/quit')
    assert.equal(await us.over, 0)
    assert.equal(server.heard.at(-1), 'ours: QUIT')
    assert.doesNotMatch(await us.hears(/ours/), /WARNING|should not have said/)
    await them.close()
  })

  it('send and list from a script, and say why not', { timeout: 10_000 }, async (t) => {
    const { port } = await identServer(t)
    const url = `ident://ours@127.0.0.1:${port}`
    const alone = await commands.runs((environment) => users(url, {}, environment))
    assert.deepEqual(alone, { code: 0, written: 'ours\n', complaints: '' })
    const them = await LineClient.open(port)
    them.send('IDENT them')
    await them.hears('OK IDENT them')
    const sends = (words: readonly string[], options: object) =>
      commands.runs((environment) => send(url, words, { seal: false, ...options }, environment))
    assert.deepEqual(await sends(['good', 'morning'], {}), { code: 0, written: '', complaints: '' })
    await them.hears('BCST ours good morning\n')
    assert.deepEqual(await sends(['psst'], { to: 'them' }), { code: 0, written: '', complaints: '' })
    await them.hears('PRIVATE_MESSAGE ours psst\n')
    const unknown = await sends(['psst'], { to: 'nobody' })
    assert.equal(unknown.code, 1)
    assert.match(unknown.complaints, /^error: there is no user nobody here; messages wait/)
    assert.equal((await commands.runs((environment) => users(url, {}, environment))).written, 'them\nours\n')
    const none = await commands.runs((environment) => inbox(url, {}, environment))
    assert.equal(none.code, 2)
    assert.match(none.complaints, /ident has no mailbox to fetch, cp and parley have one/)
    const tunnel = await commands.runs((environment) => ask(url, 'them', [], { listen: '0' }, environment))
    assert.deepEqual(
      [tunnel.code, /ident cannot open tunnels; chatos and parley can/.test(tunnel.complaints)],
      [2, true],
    )
    const taken = await commands.runs((environment) => users(`ident://them@127.0.0.1:${port}`, {}, environment))
    assert.equal(taken.code, 1)
    assert.match(taken.complaints, /^error: the name them is in use, or registered: choose another one/)
    const short = await commands.runs((environment) => users(`ident://us@127.0.0.1:${port}`, {}, environment))
    assert.equal(short.code, 1)
    assert.match(short.complaints, /^error: the name us was not taken: names are 3 to 14 letters/)
    await them.close()
  })

  it('seal what is private between two of ours', { timeout: 10_000 }, async (t) => {
    const { port } = await identServer(t)
    const ann = commands.talking(`ident://ann@127.0.0.1:${port}`, { seal: true })
    await ann.hears(/you are ann/)
    const bob = commands.talking(`ident://bob@127.0.0.1:${port}`, { seal: true })
    await bob.hears(/you are bob/)
    await ann.hears(/bob joined/)
    ann.type('/msg bob psst')
    await bob.hears(/^ann to you \(sealed(?:, sender unchecked)?\): psst$/m)
    bob.type('/msg ann what')
    await ann.hears(/^bob to you \(sealed\): what$/m)
  })
})
