import { ChatError, type Tunnel, type TunnelRequest } from '@parley/client'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { FakeChat } from '../fake-chat.ts'
import { linked } from '../forwarding/linked.ts'
import { ReceivedFiles } from '../received-files.ts'
import { ConversationModel } from '@parley/client/conversations'
import { plainLine } from './plain-line.ts'
import { Talk } from './talk.ts'

describe('tunnels in a talk', () => {
  function begin(t: TestContext) {
    const chat = new FakeChat('chatos', ['say', 'tell', 'tunnels'])
    const model = new ConversationModel()
    const received = new ReceivedFiles({ directory: 'unused', mostBytes: 1 })
    const talk = new Talk({ chat, model, received, secret: false })
    t.after(() => talk.close())
    const shown = () => model.lines.map(plainLine)
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
    }
    const listed = async () => {
      await talk.enter('/tunnel list')
      return shown().at(-1)
    }
    return { chat, talk, shown, until, listed }
  }

  test('say what is so: nobody was asked, waiting, accepted, refused', async (t) => {
    const { chat, talk, shown, until, listed } = begin(t)
    let answer = Promise.withResolvers<Tunnel>()
    chat.tunnels = { ask: () => answer.promise }
    const free = createServer()
    await once(free.listen(0, '127.0.0.1'), 'listening')
    const { port } = free.address() as AddressInfo
    await new Promise((resolve) => free.close(resolve))
    assert.equal(await listed(), '= no tunnel stands')
    await talk.enter(`/tunnel dave ${port}`)
    const from = `127.0.0.1:${port}`
    assert.equal(shown().at(-1), `= ${from} is open; dave is asked as soon as something connects to it`)
    const rest = '\n    /tunnel close NUMBER closes one'
    assert.equal(await listed(), `= 1  ${from}: dave is asked as soon as something connects to it${rest}`)

    const first = connect(port, '127.0.0.1')
    first.on('error', () => {})
    await until(() => shown().at(-1) === '* dave is asked for a tunnel')
    assert.equal(await listed(), `= 1  ${from}: waiting for dave${rest}`)
    answer.reject(new ChatError('refused', 'dave declines'))
    await until(() => shown().at(-1) === '! dave declines.')
    assert.match((await listed()) ?? '', /dave did not let it through/)

    answer = Promise.withResolvers()
    const second = connect(port, '127.0.0.1')
    second.on('error', () => {})
    answer.resolve({ with: 'dave', link: linked()[0] })
    await until(() => shown().at(-1) === `* dave has accepted: ${from} leads to dave`)
    assert.equal(await listed(), `= 1  ${from} leads to dave, 1 open${rest}`)
    assert.equal(await talk.enter('/tunnel close 4'), 'failed')
    await talk.enter('/tunnel close')
    assert.equal(await listed(), '= no tunnel stands')
    await once(second, 'close')
  })

  test('list those who were let through, until that is closed', async (t) => {
    const { chat, talk, shown, listed } = begin(t)
    const calls: string[] = []
    const request: TunnelRequest = {
      from: 'erin',
      accept: async () => ({ with: 'erin', link: linked()[0] }),
      decline: async () => void calls.push('decline'),
    }
    chat.emit('tunnel-asked', request)
    await talk.enter('/accept 1 localhost:1')
    assert.match(
      shown().find((line) => line.startsWith('=')) ?? '',
      /^= erin is let through to localhost:1 from now on/,
    )
    assert.equal(talk.tunnels[0]?.text, 'erin is let through to localhost:1, none open')
    assert.match((await listed()) ?? '', /^= 1 {2}erin is let through to localhost:1/)
    await talk.enter('/tunnel close 1')
    assert.deepEqual(talk.tunnels, [])
    chat.emit('tunnel-asked', request)
    assert.equal(talk.invitations.list.length, 1)
  })
})
