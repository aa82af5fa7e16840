import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scriptedServer } from '../../suites/scripted-server.ts'
import { ChatError } from '../chat-error.ts'
import type { Chat } from '../chat.ts'
import { connect } from '../connect.ts'
import { tcp } from '../node/tcp.ts'

const options = { transport: tcp(), sealing: 'off', reconnect: false } as const

describe('ident, when the server is somebody else’s', () => {
  it('says what is wrong with a server that speaks something else, or hangs up', async (t) => {
    const greetings: readonly (readonly [string, ChatError['code']])[] = [
      ['HELO Welkom to helo', 'broken-server'],
      ['\u0000\u0001\u0002', 'broken-server'],
      ['DSCN Full', 'refused'],
      ['x'.repeat(1_100_000), 'closed'],
    ]
    for (const [greeting, code] of greetings) {
      const port = await scriptedServer(t, (visit) => visit.say(greeting))
      await assert.rejects(connect(`ident://ann@127.0.0.1:${port}`, options), coded(code))
    }
    const port = await scriptedServer(t, (visit) => void visit.socket.end())
    await assert.rejects(connect(`ident://ann@127.0.0.1:${port}`, options), coded('closed'))
  })

  it('hears private messages in all three forms, sealed or plain by what they look like (I-3)', async (t) => {
    const sealed = btoa('0123456789abcdef')
    const { chat, visit } = await signedIn(t)
    const heard: string[] = []
    chat.on('private-message', ({ from, text }) => heard.push(`plain ${from} ${text}`))
    chat.on('unreadable', ({ from }) => heard.push(`sealed ${from}`))
    for (const word of ['PRIVATE_MESSAGE', 'NPM', 'RECEIVE_PRIVATE_MSG']) visit.say(`${word} bob hi  there`)
    visit.say(`PRIVATE_MESSAGE bob ${sealed}`, `NPM bob ${sealed}`)
    visit.say('PM_SESSIONKEY bob a2V5', `PRIVATE_MESSAGE bob ${sealed}`, 'PING')
    await visit.hears(/OK PM_SESSIONKEY\n(?:.*\n)*PONG/)
    await chat.close()
    assert.deepEqual(heard, [
      ...Array.from({ length: 3 }, () => 'plain bob hi  there'),
      `plain bob ${sealed}`,
      'sealed bob',
      'sealed bob',
    ])
  })

  it('passes over what no server should say, bytes that are no text among it, and goes on', async (t) => {
    const { chat, visit } = await signedIn(t)
    let violations = 0
    chat.on('protocol-violation', () => violations++)
    const odd = [
      'BCST',
      'JOINED',
      'LEFT',
      'PM_PUBKEY bob',
      'PM_SESSIONKEY',
      'NPM',
      'OK',
      'FAIL05 PONG',
      'FAIL99',
      'x y',
    ]
    visit.say(...odd)
    visit.socket.write(Uint8Array.of(0xff, 0xfe, 0x0a))
    visit.say('PING')
    await visit.hears(/PONG\n/)
    const said = chat.say('still here')
    await visit.hears(/BCST still here\n/)
    visit.say('OK BCST still here')
    await said
    assert.equal(violations, odd.length + 1)
  })

  it('takes a refusal for the message that it answers, whatever else comes between', async (t) => {
    const { chat, visit } = await signedIn(t)
    const [first, second] = [chat.tell('bob', 'one', 'plain'), chat.tell('eve', 'two', 'plain')]
    await visit.hears(/PM bob one\n/)
    visit.say('BCST carol FAIL07', 'JOINED dan', 'FAIL07 USER DOES NOT EXIST')
    await assert.rejects(first, coded('no-such-user'))
    await visit.hears(/PM eve two\n/)
    visit.say('OK PM eve two')
    assert.equal(await second, 'plain')
  })

  it('lets nobody write a second command into a message or a name', async (t) => {
    const { chat, visit } = await signedIn(t)
    await assert.rejects(chat.tell('bob\nQUIT', 'hi', 'plain'), coded('no-such-user'))
    const said = chat.say('one\rQUIT')
    await visit.hears(/BCST one\n/)
    visit.say('OK BCST one')
    await visit.hears(/BCST QUIT\n/)
    visit.say('OK BCST QUIT')
    await said
    assert.ok(!/^QUIT$/m.test(visit.heard))
  })

  it('fails what is under way when the server goes, in its own words', async (t) => {
    const { chat, visit } = await signedIn(t)
    const ended = Promise.withResolvers<string>()
    chat.on('closed', ({ reason }) => ended.resolve(reason))
    const said = chat.say('hello')
    const users = chat.users()
    await visit.hears(/BCST hello\n/)
    visit.say('DSCN Too many unread messages')
    await assert.rejects(said, coded('closed'))
    await assert.rejects(users, coded('closed'))
    assert.match(await ended.promise, /Too many unread messages/)
  })
})

async function signedIn(t: Parameters<typeof scriptedServer>[0]) {
  const visits = Promise.withResolvers<Parameters<Parameters<typeof scriptedServer>[1]>[0]>()
  const port = await scriptedServer(t, async (visit) => {
    visit.say('INIT hello')
    await visit.hears(/IDENT ann\n/)
    visit.say('OK IDENT ann')
    visits.resolve(visit)
    await visit.hears(/^QUIT$/m)
    visit.say('OK Goodbye')
    visit.socket.end()
  })
  const chat: Chat = await connect(`ident://ann@127.0.0.1:${port}`, options)
  t.after(() => chat.close())
  // Events are told from the timers' next turn on, after those who connect have added their
  // listeners.
  await new Promise((resolve) => setTimeout(resolve, 0))
  return { chat, visit: await visits.promise }
}

function coded(code: ChatError['code']) {
  return (error: unknown) => error instanceof ChatError && error.code === code
}
