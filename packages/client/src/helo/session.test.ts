import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scriptedServer, type Visit } from '../../suites/scripted-server.ts'
import { ChatError } from '../chat-error.ts'
import type { Chat } from '../chat.ts'
import type { Clock } from '../clock.ts'
import { connect } from '../connect.ts'
import type { FileOffer } from '../features.ts'
import type { Transport } from '../link.ts'
import { tcp } from '../node/tcp.ts'
import type { ConnectOptions } from '../options.ts'

const options = { sealing: 'off', reconnect: false } as const

describe('helo, when the server is somebody else’s', () => {
  it('ignores +OK PM, and takes no message for sent that was refused behind it (H-5)', async (t) => {
    const { chat, visit } = await signedIn(t)
    let violations = 0
    chat.on('protocol-violation', () => violations++)
    const told = chat.tell('bob', 'hi', 'plain')
    await visit.hears(/PM @bob hi\nGET_USERS \*all\n/)
    visit.say('+OK PM', 'BCST [eve] -SOFT_ERR no', '-SOFT_ERR no such user!', '+SUCCESS [ann]')
    await assert.rejects(told, coded('no-such-user'))
    assert.equal(violations, 0)
  })

  it('hears group messages in both forms, and plain text where sealed messages belong', async (t) => {
    const { chat, visit } = await signedIn(t)
    const heard: unknown[] = []
    chat.on('group-message', (what) => heard.push(what))
    chat.on('private-message', (what) => heard.push(what))
    visit.say(
      'GROUP_MESSAGE [bob] hi',
      'GROUP_MESSAGE pub: [bob] hi',
      'GROUP_MESSAGE user eve has been kicked out of group pub',
    )
    visit.say('PM bob how are you', 'PING')
    await visit.hears(/PONG/)
    await chat.close()
    assert.deepEqual(heard, [
      { group: null, mayBe: [], from: 'bob', text: 'hi' },
      { group: 'pub', mayBe: [], from: 'bob', text: 'hi' },
      { group: 'pub', mayBe: [], from: null, text: 'user eve has been kicked out of group pub' },
      { from: 'bob', text: 'how are you', secrecy: 'plain' },
    ])
  })

  it('asks on a timer who is here, and tells who came and went (H-4)', async (t) => {
    const due: (() => void)[] = []
    const clock: Clock = { after: (_, run) => (due.push(run), () => void due.splice(due.indexOf(run), 1)) }
    const { chat, visit } = await signedIn(t, { clock })
    const heard: string[] = []
    for (const event of ['joined', 'left'] as const) chat.on(event, ({ user }) => heard.push(`${event} ${user}`))
    const users = chat.users()
    await visit.hears(/GET_USERS \*all\n/)
    visit.say('+SUCCESS [ann, bob, eve, unknown]')
    await users
    const timers = due.splice(0)
    assert.ok(timers.length > 0)
    for (const run of timers) run()
    await visit.hears(/(?:GET_USERS \*all\n[^]*){2}/)
    visit.say('+SUCCESS [ann, Eve, zoe, unknown]', 'PING')
    await visit.hears(/PONG/)
    assert.deepEqual(heard, ['left bob', 'joined zoe'])
    const told = chat.tell('eve', 'hi there')
    await visit.hears(/PM @eve hi there\nGET_USERS \*all\n/)
    visit.say('-SOFT_ERR no such user!', '+SUCCESS [ann, zoe]')
    await assert.rejects(told, coded('no-such-user'))
    assert.equal(heard.at(-1), 'left Eve')
    await chat.close()
  })

  it('connects nowhere for a file that it has not offered, and passes over what no server should say', async (t) => {
    let connections = 0
    const trap = await scriptedServer(t, () => void connections++)
    const { chat, visit } = await signedIn(t)
    let violations = 0
    chat.on('protocol-violation', () => violations++)
    const odd = [
      `READY_FOR_FILE @bob 5 a.txt 7 ${trap}`,
      `OPEN_PORT_TO_RECEIVE ${trap}`,
      'FILE_TRANS @bob 5',
      'PUBLIC_KEY @bob key 7',
      'REQUEST_PUBLIC_KEY bob',
      'BCST hello',
      'PM',
      '+SUCCESS',
      '-SOFT_ERR user bob has refused the file',
    ]
    visit.say(...odd, 'PING')
    await visit.hears(/PONG/)
    await chat.close()
    assert.deepEqual([violations, connections], [odd.length, 0])
  })

  it('tries the port of a file again when nobody listens there yet (H-13)', async (t) => {
    const heard = Promise.withResolvers<string>()
    const listener = await scriptedServer(t, async (guest) => {
      const [line = ''] = await guest.hears(/^(.*)\n/)
      heard.resolve(line)
      guest.say('FILE_STATUS file has successfully been delivered!')
    })
    let refusals = 2
    const transport: Transport = {
      connect: async (where, signal) => {
        if (where.port === listener && refusals-- > 0) throw new ChatError('unreachable', 'nobody listens there')
        return tcp().connect(where, signal)
      },
    }
    const { chat, visit } = await signedIn(t, { transport })
    const bytes = async function* () {
      yield Uint8Array.of(1, 255)
    }
    const sent = chat.sendFile('bob', { name: 'a.txt', size: 2, bytes })
    await visit.hears(/FILE_TRANS @bob 2 a\.txt -1\nGET_USERS/)
    visit.say('+SUCCESS [ann, bob]', `READY_FOR_FILE @bob 2 a.txt -1 ${listener}`)
    await sent.delivered
    assert.equal(await heard.promise, 'FILE <ann @bob 2 a.txt -1 Af8=')
  })

  it('refuses a file that is longer, shorter, another one or no base64, and says so to its sender', async (t) => {
    const lines: readonly (readonly [line: string, code: ChatError['code']])[] = [
      ['FILE <bob @bob 2 a.txt 5 AQIDBA==\n', 'broken-server'],
      ['FILE <bob @bob 2 a.txt 5 AQ==\n', 'closed'],
      ['FILE <bob @bob 2 a.txt 5 AQ', 'closed'],
      ['FILE <eve @bob 2 a.txt 5 AQI=\n', 'broken-server'],
      ['FILE <bob @bob 2 a.txt 5 ????\n', 'broken-server'],
      ['FILE\n', 'broken-server'],
      [`FILE ${'x'.repeat(70_000)}`, 'broken-server'],
    ]
    for (const [line, code] of lines) {
      const said = Promise.withResolvers<string>()
      const listener = await scriptedServer(t, async (visit) => {
        await visit.hears(/OPEN_PORT_TO_RECEIVE ann\n/)
        visit.socket.end(line)
        await visit.ended()
        said.resolve(visit.heard)
      })
      const { chat, visit } = await signedIn(t)
      const offered = Promise.withResolvers<FileOffer>()
      chat.on('file-offered', offered.resolve)
      visit.say('FILE_TRANS @bob 2 a.txt 5')
      const accepting = (await offered.promise).accept()
      await visit.hears(/READY_FOR_FILE @bob 2 a\.txt 5\n/)
      visit.say(`OPEN_PORT_TO_RECEIVE ${listener}`)
      const file = await accepting
      await assert.rejects(Array.fromAsync(file.bytes), coded(code), line.slice(0, 40))
      assert.equal(await file.verify(), false)
      if (code === 'broken-server') assert.match(await said.promise, /FILE_STATUS File has been corrupted/)
      await chat.close()
    }
  })
})

async function signedIn(
  t: Parameters<typeof scriptedServer>[0],
  others: Partial<ConnectOptions> = {},
): Promise<{ readonly chat: Chat; readonly visit: Visit }> {
  const visits = Promise.withResolvers<Visit>()
  const port = await scriptedServer(t, async (visit) => {
    visit.say('HELO Welkom')
    await visit.hears(/HELO ann\n/)
    visit.say('+OK HELO ann')
    visits.resolve(visit)
    await visit.hears(/^QUIT$/m)
    visit.say('+OK Goodbye')
    visit.socket.end()
  })
  const chat = await connect(`helo://ann@127.0.0.1:${port}`, { ...options, transport: tcp(), ...others })
  t.after(() => chat.close())
  // Events are told from the timers' next turn on, after those who connect have added their
  // listeners.
  await new Promise((resolve) => setTimeout(resolve, 0))
  return { chat, visit: await visits.promise }
}

function coded(code: ChatError['code']) {
  return (error: unknown) => error instanceof ChatError && error.code === code
}
