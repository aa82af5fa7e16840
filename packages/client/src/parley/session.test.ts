import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { message, scriptedParley } from '../../suites/scripted-parley.ts'
import { told, until } from '../../suites/told.ts'
import { PassingMemory } from '../memory.ts'

describe('signing in by parley', () => {
  it('asks for a token where a label is given, and signs in with it afterwards', async (t) => {
    const requests: unknown[] = []
    const server = await scriptedParley(t, async (peer, visit) => {
      const { id: _, ...request } = await peer.welcomes(visit === 0 ? { token: 'tok' } : {})
      requests.push(request)
    })
    const memory = new PassingMemory()
    const first = server.chat({ memory, password: 'secret', device: 'laptop' })
    const heard = told(first)
    await first.start()
    await until(() => heard.length > 0)
    await server.chat({ memory, device: 'laptop' }).start()
    assert.equal((await memory.load()).token, 'tok')
    assert.deepEqual(requests, [
      { do: 'sign-in', name: 'ann', password: 'secret', device: 'laptop' },
      { do: 'sign-in', name: 'ann', token: 'tok', after: 100 },
    ])
  })

  it('takes the password where the token is worth nothing any more, and says so where there is none', async (t) => {
    const server = await scriptedParley(t, async (peer) => {
      await peer.greets()
      peer.refuses(await peer.hears('sign-in'), 'name-taken')
      await peer.serves('sign-in', { name: 'ann', registered: true, seq: 1, token: 'new' })
    })
    const memory = new PassingMemory({ token: 'old' })
    await server.chat({ memory, password: 'secret', device: 'laptop' }).start()
    assert.equal((await memory.load()).token, 'new')
    const other = new PassingMemory({ token: 'old' })
    await assert.rejects(server.chat({ memory: other }).start(), {
      code: 'name-taken',
      message: /token of this device/,
    })
    assert.equal((await other.load()).token, null)
  })

  it('can do what its server can', async (t) => {
    const server = await scriptedParley(t, async (peer) => {
      await peer.greets(['groups', 'dancing'])
      await peer.serves('sign-in', { name: 'Ann', registered: false, seq: 1 })
    })
    const chat = server.chat()
    assert.ok(chat.can.has('history'))
    await chat.start()
    assert.equal(chat.me, 'Ann')
    assert.deepEqual([...chat.can].toSorted(), ['groups', 'say', 'tell', 'users'])
    await assert.rejects(chat.history.conversations(), { code: 'cannot' })
  })

  it('is refused in words by whatever is no server of parley', async (t) => {
    const refusals = [
      [{ re: 1, ok: false, error: 'no-common-version', message: 'This server speaks version 9.' }, 'cannot'],
      [{ re: 1, ok: true, version: 2, features: [], limits: {}, pingSeconds: 1 }, 'broken-server'],
      [{ re: 1, ok: 'yes' }, 'broken-server'],
      [{ re: 1 }, 'broken-server'],
    ] as const
    const server = await scriptedParley(t, async (peer, visit) => {
      await peer.hears('hello')
      peer.says(refusals[visit]![0])
    })
    for (const [, code] of refusals) await assert.rejects(server.chat().start(), { code })
  })
})

describe('what a server of parley says', () => {
  it('is told, also what stands right behind the sign-in', async (t) => {
    const server = await scriptedParley(t, async (peer) => {
      await peer.greets()
      const { id } = await peer.hears('sign-in')
      const at = { seq: 101, at: 1 }
      peer.says(
        { re: id, ok: true, name: 'ann', registered: true, seq: 100, extra: {} },
        { event: 'joined', ...at, user: 'bob' },
        message(102, 'to all', { nonce: 'not ours' }),
        message(103, 'to you', { to: '@Ann', kept: false }),
        message(104, 'from me', { from: 'ann', to: '@bob', nonce: 'n1' }),
        message(105, 'to the group', { to: '#cooks' }),
        { event: 'message-deleted', seq: 106, at: 1, from: 'bob', to: '*', target: 102 },
        { event: 'read', of: '@bob', seq: 104 },
        { event: 'group-kicked', ...at, group: 'cooks', user: 'mallory' },
        { event: 'group-admin', ...at, group: 'cooks' },
        { event: 'something-new', of: 'a later version' },
        { event: 'left', ...at, user: 'bob' },
      )
    })
    const chat = server.chat()
    const heard = told(chat)
    await chat.start()
    await until(() => heard.some(([event]) => event === 'left'))
    assert.deepEqual(heard, [
      ['caught-up', { seq: 100, lost: [] }],
      ['joined', { user: 'bob' }],
      ['broadcast', { from: 'bob', text: 'to all', stamp: { seq: 102, at: 102_000, kept: true, nonce: null } }],
      [
        'private-message',
        { from: 'bob', text: 'to you', secrecy: 'plain', stamp: { seq: 103, at: 103_000, kept: false, nonce: null } },
      ],
      [
        'private-message',
        {
          from: 'ann',
          to: 'bob',
          text: 'from me',
          secrecy: 'plain',
          stamp: { seq: 104, at: 104_000, kept: true, nonce: 'n1' },
        },
      ],
      [
        'group-message',
        {
          from: 'bob',
          group: 'cooks',
          mayBe: [],
          text: 'to the group',
          stamp: { seq: 105, at: 105_000, kept: true, nonce: null },
        },
      ],
      ['message-deleted', { of: '*', seq: 102 }],
      ['read', { of: '@bob', seq: 104 }],
      ['group-changed', { group: 'cooks' }],
      ['notice', { text: 'mallory was put out of cooks' }],
      ['group-changed', { group: 'cooks' }],
      ['notice', { text: 'you are the admin of cooks now' }],
      ['left', { user: 'bob' }],
    ])
  })

  it('is a protocol violation where it is not what the page says, and the rest goes on', async (t) => {
    const lies = [
      'no json',
      '[1]',
      '"x"',
      '{"event":"message","seq":-1}',
      JSON.stringify(message(102, 'x', { from: 'bob bob' })),
      JSON.stringify(message(102, 'x', { sealed: { message: 'x', sessionKey: null } })),
      JSON.stringify(message(102, 'x', { to: '?' })),
      '{"event":"message","seq":103,"at":1,"from":"bob","to":"*","kept":true}',
      '{"event":"caught-up","seq":7}',
      '{"event":"joined","user":""}',
      '{"event":"read","of":"bob","seq":1}',
      '{"event":"tunnel-open","tunnel":7}',
      '{"event":"key","user":"bob"}',
      '{"event":"game-finished","results":{}}',
      '{"event":"file-offered","file":"1"}',
      '{"re":99,"ok":true}',
      '{"re":"x","ok":true}',
      '{"re":null,"ok":false,"error":"malformed","message":"?"}',
      '{}',
    ]
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      peer.socket.write(`${lies.join('\n')}\n`)
      peer.says(message(110, 'still here'))
    })
    const chat = server.chat()
    const heard = told(chat)
    await chat.start()
    await until(() => heard.some(([event]) => event === 'broadcast'))
    const problems = heard.filter(([event]) => event === 'protocol-violation')
    assert.equal(problems.length, lies.length, JSON.stringify(problems))
    assert.equal(chat.state, 'connected')
  })

  it('is a broken server where a reply is wrong', async (t) => {
    const pages = [
      { messages: [message(5, 'x'), message(4, 'y')] },
      { messages: [message(5, 'x', { to: '#other' })] },
      { messages: [{ seq: 1 }] },
      { messages: {} },
    ]
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      for (const page of pages) await peer.serves('history', { ...page, more: { before: false, after: false } })
      await peer.serves('users', { users: [7] })
      await peer.serves('say', { seq: 'x' })
    })
    const chat = server.chat()
    await chat.start()
    for (const _ of pages) await assert.rejects(chat.history.page('*', {}, 10), { code: 'broken-server' })
    await assert.rejects(chat.users(), { code: 'broken-server', message: /"users.0" is no object/ })
    await assert.rejects(chat.say('x'), { code: 'broken-server', message: /"seq" is no whole number/ })
  })

  it('is asked for conversations until it has no more, or repeats itself', async (t) => {
    const of = (seq: number) => ({ of: `#g${seq}`, last: message(seq, 'x', { to: `#g${seq}` }), unread: 1, mark: 0 })
    const asked: unknown[] = []
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      for (const [seqs, more] of [
        [[9, 8], true],
        [[5], false],
        [[9], true],
        [[9], true],
      ] as const) {
        const request = await peer.serves('conversations', { conversations: seqs.map(of), more })
        asked.push(request['before'])
      }
    })
    const chat = server.chat()
    await chat.start()
    const listed = async () => (await chat.history.conversations()).map((each) => each.of)
    assert.deepEqual(
      [await listed(), await listed()],
      [
        ['#g9', '#g8', '#g5'],
        ['#g9', '#g9'],
      ],
    )
    assert.deepEqual(asked, [undefined, 8, undefined, 9])
  })

  it('has to go on: its silence ends the connection', async (t) => {
    const timers = new Set<{ ms: number; run: () => void }>()
    const clock = {
      after(ms: number, run: () => void) {
        const timer = { ms, run }
        timers.add(timer)
        return () => void timers.delete(timer)
      },
    }
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      peer.says({ event: 'ping' })
      await peer.hears('pong')
      peer.says(message(101, 'alive'))
    })
    const chat = server.chat({ clock, reconnect: false })
    const heard = told(chat)
    await chat.start()
    await until(() => heard.some(([event]) => event === 'broadcast'))
    const silence = [...timers].find(({ ms }) => ms === 40_000)
    assert.ok(silence)
    silence.run()
    await until(() => chat.state === 'closed')
    assert.deepEqual(heard.at(-1), ['closed', { reason: 'the server has said nothing for too long' }])
  })

  it('gives the reason of its farewell', async (t) => {
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      peer.says({ event: 'bye', why: 'device-revoked', message: 'This device was removed.' })
    })
    const chat = server.chat({ reconnect: false })
    const heard = told(chat)
    await chat.start()
    await until(() => chat.state === 'closed')
    assert.deepEqual(heard.at(-1), ['closed', { reason: 'the server ended the connection: This device was removed.' }])
  })
})
