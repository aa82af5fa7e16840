import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { message, scriptedParley } from '../../suites/scripted-parley.ts'
import { told, until, type Told } from '../../suites/told.ts'
import { PassingMemory } from '../memory.ts'

describe('catching up', () => {
  it('goes on behind what was heard, tells it in order and once, and says what is lost', async (t) => {
    const asked: unknown[] = []
    const server = await scriptedParley(t, async (peer, visit) => {
      const { after } = await peer.welcomes({ seq: visit === 0 ? 100 : 200 })
      asked.push(after)
      if (visit === 0) {
        peer.says(message(101, 'one'), message(105, 'two'))
        return void peer.socket.end()
      }
      peer.says(
        message(110, 'passing', { kept: false }),
        message(106, 'three'),
        { event: 'message-deleted', seq: 107, at: 1, from: 'bob', to: '*', target: 101 },
        message(150, 'gone', { text: undefined, deleted: true }),
        { event: 'caught-up', seq: 200, lost: ['#cooks'] },
        message(201, 'live'),
      )
    })
    const memory = new PassingMemory({ cursor: 90 })
    const chat = server.chat({ memory })
    const heard = told(chat)
    await chat.start()
    await until(() => texts(heard).includes('live'))
    assert.deepEqual(asked, [90, 105])
    assert.deepEqual(texts(heard), ['one', 'two', 'passing', 'three', 'live'])
    assert.deepEqual(
      heard.filter(([event]) => event === 'caught-up' || event === 'message-deleted').map(([, what]) => what),
      [
        { of: '*', seq: 101 },
        { of: '*', seq: 150 },
        { seq: 200, lost: ['#cooks'] },
      ],
    )
    assert.equal((await memory.load()).cursor, 201)
  })

  it('goes on behind a private message that was the last one before a break', async (t) => {
    const asked: unknown[] = []
    const server = await scriptedParley(t, async (peer, visit) => {
      const { after } = await peer.welcomes({ seq: 200 })
      asked.push(after)
      peer.says(...(visit === 0 ? [message(101, 'one'), message(105, 'two', { to: '@ann' })] : [message(201, 'live')]))
      if (visit === 0) peer.socket.end()
    })
    const memory = new PassingMemory({ cursor: 90 })
    const chat = server.chat({ memory, reconnect: false })
    const heard = told(chat)
    await chat.start()
    await until(() => heard.some(([event]) => event === 'closed'))
    assert.equal((await memory.load()).cursor, 105)
    await server.chat({ memory }).start()
    assert.deepEqual(asked, [90, 105])
  })

  it('notices a server that repeats, reorders or goes back', async (t) => {
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      peer.says(
        message(80, 'before the cursor'),
        message(101, 'one'),
        message(101, 'one again'),
        message(103, 'three'),
        message(102, 'two, too late'),
        message(99, 'passing', { kept: false }),
        message(99, 'passing again', { kept: false }),
        { event: 'message-deleted', seq: 103, at: 1, from: 'bob', to: '*', target: 101 },
        { event: 'caught-up', seq: 103 },
        { event: 'caught-up', seq: 103 },
        message(104, 'four'),
      )
    })
    const chat = server.chat({ memory: new PassingMemory({ cursor: 90 }) })
    const heard = told(chat)
    await chat.start()
    await until(() => texts(heard).includes('four'))
    assert.deepEqual(texts(heard), ['one', 'three', 'passing', 'four'])
    assert.equal(heard.filter(([event]) => event === 'protocol-violation').length, 6)
  })

  it('does not count a reply before it has caught up, and counts it afterwards', async (t) => {
    const asked: unknown[] = []
    const server = await scriptedParley(t, async (peer, visit) => {
      const { after } = await peer.welcomes()
      asked.push(after)
      const taken = { at: 1, kept: true }
      if (visit === 0) {
        await peer.serves('say', { ...taken, seq: 500 })
        peer.says(message(95, 'missed'))
      }
      if (visit === 1) {
        peer.says(message(500, 'mine', { from: 'ann', nonce: 'n' }), { event: 'caught-up', seq: 510 })
        await peer.serves('say', { ...taken, seq: 511 })
        peer.socket.end()
      }
    })
    const memory = new PassingMemory({ cursor: 90 })
    const chat = server.chat({ memory })
    const heard = told(chat)
    await chat.start()
    await chat.say('mine', { nonce: 'n' })
    await until(() => texts(heard).includes('missed'))
    assert.equal((await memory.load()).cursor, 95)
    server.cut()
    await until(() => texts(heard).includes('mine'))
    await chat.say('more')
    await until(() => asked.length === 3)
    assert.deepEqual(asked, [90, 95, 511])
    assert.deepEqual(
      heard.filter(([event]) => event === 'taken').map(([, what]) => what),
      [
        { of: '*', stamp: { seq: 500, at: 1, kept: true, nonce: 'n' } },
        { of: '*', stamp: { seq: 511, at: 1, kept: true, nonce: null } },
      ],
    )
  })
})

describe('a mailbox', () => {
  it('is told what was received once the program has taken it, and may give it again', async (t) => {
    const received: unknown[] = []
    let isTaken = false
    const server = await scriptedParley(t, async (peer, visit) => {
      await peer.welcomes()
      const waiting = [message(50, 'old', { to: '@ann' }), message(51, 'older', { to: '@ann', kept: false })]
      peer.says(...waiting)
      if (visit === 0) {
        await peer.hears('received')
        received.push(isTaken)
        return void peer.socket.end()
      }
      received.push((await peer.hears('received'))['seq'])
      peer.says(...waiting, message(300, 'new', { to: '@ann' }))
      received.push((await peer.hears('received'))['seq'])
    })
    const chat = server.chat({ memory: new PassingMemory({ cursor: 90 }) })
    const heard = told(chat)
    chat.on('private-message', () => (isTaken = true))
    await chat.start()
    await until(() => received.length === 3)
    assert.deepEqual(received, [true, 51, 300])
    assert.deepEqual(texts(heard), ['old', 'older', 'new'])
    // What was acknowledged on the same connection is not given again by any mailbox.
    assert.equal(heard.filter(([event]) => event === 'protocol-violation').length, 2)
  })
})

function texts(heard: readonly Told[]): readonly string[] {
  return heard.flatMap(([event, what]) => ('text' in what && event !== 'notice' ? [what.text] : []))
}
