import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { inbox } from 'parley/src/inbox.ts'
import { send } from 'parley/src/send.ts'
import { ask } from 'parley/src/tunnel.ts'
import { users } from 'parley/src/users.ts'
import { CommandsInProcess } from '../commands-in-process.ts'
import { teacherJsonServer } from './teacher-json-server.ts'

describe("a teacher's json server, which knows LOGIN and reads what it is sent", () => {
  let commands: CommandsInProcess

  beforeEach(async () => {
    commands = await CommandsInProcess.open()
  })
  afterEach(() => commands.close())

  it('has a whole conversation with the commands', async (t) => {
    const server = await teacherJsonServer(t)
    const url = (name: string) => `json://${name}@127.0.0.1:${server.port}`
    const ann = await commands.signedIn(url('ann'))
    const bob = await commands.signedIn(url('bob'))
    await ann.hears(/^\* bob joined$/m)
    ann.type('hello everybody')
    await bob.hears(/^ann: hello everybody$/m)
    assert.ok(server.heard.includes('ann: BROADCAST_REQ {"message":"hello everybody"}'))
    bob.type('{"message":"as it stands"}')
    await ann.hears(/^bob: {"message":"as it stands"}$/m)
    const sent = await commands.runs((environment) => send(url('eve'), ['from', 'eve'], { seal: false }, environment))
    assert.deepEqual(sent, { code: 0, written: '', complaints: '' })
    await ann.hears(/^eve: from eve$/m)
    await ann.hears(/^\* eve left$/m)
    const taken = await commands.runs((environment) => send(url('ann'), ['x'], { seal: false }, environment))
    assert.deepEqual([taken.code, /the name ann is in use, or registered/.test(taken.complaints)], [1, true])
    assert.deepEqual([await ann.quit(), await bob.quit()], [0, 0])
    for (const each of [ann, bob]) assert.doesNotMatch(each.shown, /odd|WARNING/)
  })

  it('says what it does not know, and so do the commands, without waiting and without anything odd', async (t) => {
    const server = await teacherJsonServer(t)
    const url = (name: string) => `json://${name}@127.0.0.1:${server.port}`
    const ann = await commands.signedIn(url('ann'), { seal: true })
    ann.type('/users')
    await ann.hears(/^! this server does not know LIST_USERS_REQ\.$/m)
    ann.type('/msg bob hello')
    await ann.hears(/^! this server does not know PRIVATE_MESSAGE_REQ\.$/m)
    ann.type('/game start')
    await ann.hears(/^! this server does not know START_GAME_REQ\.$/m)
    assert.doesNotMatch(ann.shown, /odd/)
    const listed = await commands.runs((environment) => users(url('eve'), {}, environment))
    assert.deepEqual([listed.code, /does not know LIST_USERS_REQ/.test(listed.complaints)], [2, true])
    const waiting = await commands.runs((environment) => inbox(url('eve'), {}, environment))
    assert.deepEqual([waiting.code, /json has no mailbox/.test(waiting.complaints)], [2, true])
    const tunnel = await commands.runs((environment) => ask(url('eve'), 'them', [], { listen: '0' }, environment))
    assert.deepEqual(
      [tunnel.code, /json cannot open tunnels; chatos and parley can/.test(tunnel.complaints)],
      [2, true],
    )
  })
})
