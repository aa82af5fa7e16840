import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scriptedParley } from '../../suites/scripted-parley.ts'
import type { TunnelRequest } from '../features.ts'

const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes)
const base64 = (said: string) => Buffer.from(said).toString('base64')

describe('a tunnel by parley', () => {
  it('carries bytes both ways, with credit, and each side ends on its own', async (t) => {
    const sent = Promise.withResolvers<string>()
    const credit = Promise.withResolvers<unknown>()
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      await peer.serves('tunnel-ask', { tunnel: 3 })
      peer.says({ event: 'tunnel-open', tunnel: 3 }, { event: 'tunnel-data', tunnel: 3, data: base64('hello') })
      credit.resolve((await peer.hears('tunnel-credit'))['bytes'])
      let all = ''
      while (all.length < 262_144) all += Buffer.from(String((await peer.hears('tunnel-data'))['data']), 'base64')
      peer.says({ event: 'tunnel-credit', tunnel: 3, bytes: 10 })
      all += Buffer.from(String((await peer.hears('tunnel-data'))['data']), 'base64')
      await peer.hears('tunnel-finish')
      sent.resolve(all)
      peer.says({ event: 'tunnel-finish', tunnel: 3 }, { event: 'tunnel-ended', tunnel: 3, why: 'finished' })
    })
    const chat = server.chat()
    await chat.start()
    const { link } = await chat.tunnels.ask('bob')
    assert.equal(text(await link.read()), 'hello')
    assert.equal(await credit.promise, 5)
    assert.equal(await link.write(new Uint8Array(262_154).fill(97)), true)
    link.end()
    assert.equal((await sent.promise).length, 262_154)
    assert.equal(await link.read(), null)
    assert.equal(link.lost, false)
  })

  it('is refused, taken back, accepted, and lost with the connection', async (t) => {
    const closed = Promise.withResolvers<void>()
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      await peer.serves('tunnel-ask', { tunnel: 1 })
      peer.says({ event: 'tunnel-ended', tunnel: 1, why: 'refused' })
      await peer.serves('tunnel-ask', { tunnel: 2 })
      await peer.serves('tunnel-close')
      closed.resolve()
      peer.says({ event: 'tunnel-asked', tunnel: 4, from: 'bob' })
      await peer.serves('tunnel-accept')
      peer.says({ event: 'tunnel-open', tunnel: 4 })
      await peer.hears('tunnel-data')
      peer.socket.destroy()
    })
    const chat = server.chat({ reconnect: false })
    const asked = new Promise<TunnelRequest>((resolve) => void chat.on('tunnel-asked', resolve))
    await chat.start()
    await assert.rejects(chat.tunnels.ask('bob'), { code: 'refused', message: 'bob declined the tunnel' })
    const control = new AbortController()
    const asking = assert.rejects(chat.tunnels.ask('bob', { signal: control.signal }), { code: 'aborted' })
    setTimeout(() => control.abort(), 20)
    await asking
    await closed.promise
    const request = await asked
    assert.equal(request.from, 'bob')
    const { link } = await request.accept()
    await assert.rejects(request.decline(), { code: 'usage' })
    await link.write(Uint8Array.of(1))
    assert.equal(await link.read(), null)
    assert.equal(link.lost, true)
    assert.equal(await link.write(Uint8Array.of(1)), false)
  })

  it('is broken off where more comes than was allowed', async (t) => {
    const closed = Promise.withResolvers<unknown>()
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      await peer.serves('tunnel-ask', { tunnel: 1 })
      peer.says({ event: 'tunnel-open', tunnel: 1 })
      const data = Buffer.alloc(200_000).toString('base64')
      peer.says({ event: 'tunnel-data', tunnel: 1, data }, { event: 'tunnel-data', tunnel: 1, data })
      closed.resolve((await peer.hears('tunnel-close'))['tunnel'])
    })
    const chat = server.chat()
    const problem = new Promise<{ readonly problem: string }>((resolve) => {
      chat.on('protocol-violation', resolve)
    })
    await chat.start()
    await chat.tunnels.ask('bob')
    assert.match((await problem).problem, /tunnel 1/)
    assert.equal(await closed.promise, 1)
  })
})
