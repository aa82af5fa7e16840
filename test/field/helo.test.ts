import assert from 'node:assert/strict'
import { afterEach, before, after, describe, it } from 'node:test'
import { inbox } from 'parley/src/inbox.ts'
import { send } from 'parley/src/send.ts'
import { ask } from 'parley/src/tunnel.ts'
import { users } from 'parley/src/users.ts'
import { CommandsInProcess } from '../commands-in-process.ts'
import { LineClient } from '../line-client.ts'
import { heloServer } from './helo-server.ts'

describe('our commands at a helo server of the field', () => {
  let commands: CommandsInProcess

  before(async () => {
    commands = await CommandsInProcess.open()
  })
  after(() => commands.close())
  afterEach(() => commands.end())

  it('talk, list and leave, with one of their clients on the other side', { timeout: 10_000 }, async (t) => {
    const server = await heloServer(t)
    const { port } = server
    const them = await LineClient.open(port)
    them.send('HELO them')
    await them.hears('+OK HELO them')
    const us = commands.talking(`helo://ours@127.0.0.1:${port}`)
    await us.hears(/you are ours over helo/)
    us.type('hello everybody')
    await them.hears('BCST [ours] hello everybody\n')
    them.send('BCST hi there')
    await us.hears(/^them: hi there$/m)
    us.type('/msg them psst')
    await them.hears('PM ours psst\n')
    await us.hears(/^you to them \(plain\): psst$/m)
    them.send('PM @ours what is it')
    await us.hears(/^them to you \(plain\): what is it$/m)
    us.type('/users')
    await us.hears(/^= them\s+ours$/m)
    us.type('/msg nobody psst')
    await us.hears(/^! that user is not here: is the name right\?/m)
    await server.ask('PING', 'PONG')
    us.type('/quit')
    assert.equal(await us.over, 0)
    assert.equal(server.heard.at(-1), 'ours: QUIT')
    assert.doesNotMatch(await us.hears(/ours/), /WARNING|should not have said/)
    await them.close()
  })

  it('have groups there, by what it says of them', { timeout: 10_000 }, async (t) => {
    const { port } = await heloServer(t)
    const them = await LineClient.open(port)
    them.send('HELO them', 'CREATE_GROUP /create_group team')
    await them.hears('+SUCCESS group "team" has been created!')
    const us = commands.talking(`helo://ours@127.0.0.1:${port}`)
    us.type('/group list')
    await us.hears(/^= team$/m)
    us.type('/group say team too early')
    await us.hears(/^! you are not in that group; join it first\.$/m)
    us.type('/group join team')
    await us.hears(/^= you are in team$/m)
    us.type('/group say team hello')
    await them.hears('GROUP_MESSAGE team: [ours] hello\n')
    them.send('GROUP_MESSAGE @@team welcome')
    await us.hears(/^\[team\] them: welcome$/m)
    us.type('/group create pub')
    await us.hears(/^= you are in pub$/m)
    us.type('/group list')
    await us.hears(/^= team\s+pub$/m)
    us.type('/group leave pub')
    await us.hears(/^! you lead that group, and whoever leads a group cannot leave it\.$/m)
    us.type('/group kick pub them')
    await us.hears(/^! .*user them is not a member of group pub/m)
    them.send('KICK /kick team ours')
    await us.hears(/^\* you have been kicked out of the group team$/m)
    us.type('/group join team')
    await us.hears(/^! you were put out of that group and cannot join it again\.$/m)
    await them.close()
  })

  it('hear that there is no group when there is none', { timeout: 10_000 }, async (t) => {
    const { port } = await heloServer(t)
    const us = commands.talking(`helo://ours@127.0.0.1:${port}`)
    us.type('/group list')
    await us.hears(/^= there are no groups$/m)
  })

  it('send and list from a script, and say why not', { timeout: 10_000 }, async (t) => {
    const { port } = await heloServer(t)
    const url = `helo://ours@127.0.0.1:${port}`
    const them = await LineClient.open(port)
    them.send('HELO them')
    await them.hears('+OK HELO them')
    const sends = (words: readonly string[], options: object) =>
      commands.runs((environment) => send(url, words, { seal: false, ...options }, environment))
    assert.deepEqual(await sends(['good', 'morning'], {}), { code: 0, written: '', complaints: '' })
    await them.hears('BCST [ours] good morning\n')
    assert.deepEqual(await sends(['psst'], { to: 'them' }), { code: 0, written: '', complaints: '' })
    await them.hears('PM ours psst\n')
    const unknown = await sends(['psst'], { to: 'nobody' })
    assert.equal(unknown.code, 1)
    assert.match(unknown.complaints, /^error: there is no user nobody here; messages wait/)
    const list = await commands.runs((environment) => users(url, {}, environment))
    assert.deepEqual(list, { code: 0, written: 'them\nours\n', complaints: '' })
    const none = await commands.runs((environment) => inbox(url, {}, environment))
    assert.equal(none.code, 2)
    assert.match(none.complaints, /helo has no mailbox to fetch, cp and parley have one/)
    const tunnel = await commands.runs((environment) => ask(url, 'them', [], { listen: '0' }, environment))
    assert.deepEqual(
      [tunnel.code, /helo cannot open tunnels; chatos and parley can/.test(tunnel.complaints)],
      [2, true],
    )
    const taken = await commands.runs((environment) => users(`helo://them@127.0.0.1:${port}`, {}, environment))
    assert.equal(taken.code, 1)
    assert.match(taken.complaints, /^error: the name them is in use, or registered: choose another one/)
    const withPassword = await commands.runs((environment) => users(url, {}, environment), 'secret')
    assert.equal(withPassword.code, 1)
    assert.match(withPassword.complaints, /takes no password for the name ours; sign in without one/)
    await them.close()
  })

  it('seal what is private between two of ours', { timeout: 10_000 }, async (t) => {
    const { port } = await heloServer(t)
    const ann = commands.talking(`helo://ann@127.0.0.1:${port}`, { seal: true })
    const bob = commands.talking(`helo://bob@127.0.0.1:${port}`, { seal: true })
    await Promise.all([ann.hears(/you are ann/), bob.hears(/you are bob/)])
    ann.type('/msg bob psst')
    await bob.hears(/^ann to you \(sealed, sender unchecked\): psst$/m)
    bob.type('/msg ann what')
    await ann.hears(/^bob to you \(sealed\): what$/m)
  })
})
