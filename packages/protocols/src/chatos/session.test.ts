import { MemoryStore } from '@parley/core/testing'
import { MemoryServer } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chatosNotation } from './notation.ts'

describe('chatos session', () => {
  it('says nothing when it is opened, and nothing when the server ends it (C-13)', async () => {
    const { server, connection, stream, heard } = await chatos()
    connection.disconnect('stopping')
    await server.rest()
    assert.deepEqual([heard(), stream.ended], [[], true])
  })

  it('tells the sender when a message could not be stored', async () => {
    const store = new MemoryStore()
    const server = await MemoryServer.start({ store })
    await server.addAccount('bob', 'secret12')
    const { says, heard } = await chatos(server)
    await says('CR pseudo="ann"')
    store.full = true
    await says('SPM sender="ann" recipient="bob" message="hi"')
    assert.deepEqual(heard(), ['ERROR OK', 'ERROR Unreachable-User'])
  })

  it('sends no string over 1,024 bytes back (C-10)', async () => {
    const { says, heard, stream } = await chatos()
    await says(`TCPConnect sender="${'é'.repeat(600)}" recipient="${'b'.repeat(1_024)}" password=7`)
    assert.deepEqual(heard(), [
      'ERROR TCP-Not-In-Protocole',
      `TCPAbort sender="${'é'.repeat(512)}" recipient="${'b'.repeat(1_024)}" password=7`,
    ])
    assert.equal(stream.ended, true)
  })
})

describe('a private connexion', () => {
  it('is told OK on both new sockets, and then carries what came early and what comes (C-8)', async () => {
    const { server, ann, bob, tcp } = await asked()
    const atBob = await chatos(server)
    await atBob.says(tcp('TCPAccept'))
    const atAnn = await chatos(server)
    atAnn.stream.say(Buffer.concat([chatosNotation.write(tcp('TCPConnect')), Buffer.from('early ')]))
    await server.rest()
    atAnn.stream.say('and late')
    atBob.stream.say('hello')
    await server.rest()
    assert.equal(ann.heard().at(-1), tcp('TCPAccept'))
    assert.equal(bob.heard().at(-1), tcp('TCPAsk'))
    const ok = Buffer.from(chatosNotation.write('ERROR OK')).toString()
    assert.deepEqual([atAnn.stream.text, atBob.stream.text], [`${ok}hello`, `${ok}early and late`])
  })

  for (const op of ['TCPAccept', 'TCPConnect'])
    it(`is aborted when the socket that said ${op} ends before the other one has come`, async () => {
      const { server, ann, bob, tcp } = await asked()
      const socket = await chatos(server)
      await socket.says(tcp(op))
      socket.stream.breakOff()
      await server.rest()
      assert.deepEqual([ann.heard().at(-1), bob.heard().at(-1)], [tcp('TCPAbort'), tcp('TCPAbort')])
    })

  it('breaks the socket that waits when the request is taken back (C-7)', async () => {
    const { server, ann, tcp } = await asked()
    const socket = await chatos(server)
    await socket.says(tcp('TCPAccept'))
    await ann.says(tcp('TCPAbort'))
    assert.deepEqual([socket.heard(), socket.stream.closed], [[], true])
    assert.deepEqual(ann.heard().slice(-2), [tcp('TCPAbort'), 'ERROR OK'])
  })

  it('goes on when its users have left, and is heard of by nobody when it ends (C-9)', async () => {
    const { server, ann, bob, tcp } = await asked()
    const atBob = await chatos(server)
    await atBob.says(tcp('TCPAccept'))
    const atAnn = await chatos(server)
    await atAnn.says(tcp('TCPConnect'))
    ann.stream.breakOff()
    await server.rest()
    atAnn.stream.say('still here')
    await server.rest()
    assert.match(atBob.stream.text, /still here$/)
    atAnn.stream.breakOff()
    await server.rest()
    assert.deepEqual([atBob.stream.closed, bob.heard().at(-1)], [true, tcp('TCPAsk')])
  })
})

/** ann has asked bob for a private connexion. */
async function asked() {
  const server = await MemoryServer.start()
  const [ann, bob] = [await chatos(server), await chatos(server)]
  await ann.says('CR pseudo="ann"')
  await bob.says('CR pseudo="bob"')
  const tcp = (op: string) => `${op} sender="ann" recipient="bob" password=7`
  await ann.says(tcp('TCPAsk'))
  return { server, ann, bob, tcp }
}

/** One client of a server, in the notation. */
async function chatos(server?: MemoryServer) {
  const host = server ?? (await MemoryServer.start())
  const { stream, connection } = host.connect('chatos')
  const says = (line: string) => {
    stream.say(chatosNotation.write(line))
    return host.rest()
  }
  await host.rest()
  const heard = () => chatosNotation.read(Buffer.concat(stream.heard)).lines
  return { server: host, stream, connection, says, heard }
}
