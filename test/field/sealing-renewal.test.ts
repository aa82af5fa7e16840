import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HeloPeer } from './helo-peer.ts'
import { heloServer } from './helo-server.ts'
import { openOurs } from './sealed-pair.ts'

const timeout = 10_000

describe("somebody else's helo client at somebody else's server (H-16)", () => {
  it('keeps the session of a client that is gone, and is asked to begin anew', { timeout }, async (t) => {
    const { port } = await heloServer(t)
    const theirs = await HeloPeer.open(port, 'them')
    const before = await openOurs({ port: () => port }, 'helo', 'ours')
    theirs.write('ours', 'before')
    await before.hears('private-message them before weak')
    await before.chat.close()

    const ours = await openOurs({ port: () => port }, 'helo', 'ours')
    const heardBefore = theirs.heard.length
    const questions = () => theirs.heard.slice(heardBefore).filter((line) => line.startsWith('REQUEST_PUBLIC_KEY'))
    for (const text of ['lost', 'lost as well']) theirs.write('ours', text)
    assert.equal(
      await ours.hears('unreadable'),
      'unreadable them no key for it was ever handed over; ' +
        "them's program was asked to begin a new session; ask them to write it again",
    )
    await theirs.until(() => questions().length > 0, 'it was asked for its key')
    theirs.write('ours', 'lost no more')
    await ours.hears('private-message them lost no more weak')
    assert.equal(await ours.chat.tell('them', 'welcome back'), 'weak')
    await theirs.reads('ours: welcome back')
    assert.equal(questions().length, 2, 'once for the session, and once for the answer')
    await Promise.all([theirs.close(), ours.chat.close()])
  })

  it('takes the key of a client that is back and writes first', { timeout }, async (t) => {
    const { port } = await heloServer(t)
    const theirs = await HeloPeer.open(port, 'them')
    for (const text of ['hello', 'hello again']) {
      const ours = await openOurs({ port: () => port }, 'helo', 'ours', 'helo')
      assert.equal(await ours.chat.tell('them', text), 'weak')
      await theirs.reads(`ours: ${text}`)
      theirs.write('ours', `to "${text}"`)
      await ours.hears(`private-message them to "${text}" weak`)
      await ours.chat.close()
    }
    await theirs.close()
  })
})
