import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'
import { IdentPeer } from './ident-peer.ts'
import { openOurs, protocols } from './sealed-pair.ts'

const timeout = 10_000

describe("somebody else's ident client, sealed", () => {
  let server: ServerUnderTest
  before(async () => {
    server = await serverUnderTest({ listen: protocols.map((protocol) => `${protocol}://127.0.0.1:0`) })
  })
  after(() => server.stop())

  for (const protocol of protocols) {
    const [their, our] = [`them_${protocol}`, `ours_${protocol}`]
    const pair = async () => {
      const theirs = await IdentPeer.open(server.port('ident'), their)
      const ours = await openOurs(server, protocol, our)
      await theirs.hasKeyOf(our)
      return { theirs, ours }
    }

    it(`is read and answered by ours on ${protocol}`, { timeout }, async () => {
      const { theirs, ours } = await pair()
      for (const text of ['guten Tag, Ärger', 'und noch einmal']) {
        theirs.write(our, text)
        await ours.hears(`private-message ${their} ${text} weak`)
        assert.equal(await ours.chat.tell(their, `zu "${text}"`), 'weak')
        await theirs.reads(`${our}: zu "${text}"`)
      }
      await Promise.all([theirs.close(), ours.chat.close()])
    })

    it(`reads and answers what ours on ${protocol} writes first`, { timeout }, async () => {
      const { theirs, ours } = await pair()
      for (const text of ['hello', 'and again']) {
        assert.equal(await ours.chat.tell(their, text), 'weak')
        await theirs.reads(`${our}: ${text}`)
        theirs.write(our, `to "${text}"`)
        await ours.hears(`private-message ${their} to "${text}" weak`)
      }
      await Promise.all([theirs.close(), ours.chat.close()])
    })

    it(`goes on when it and ours on ${protocol} begin at the same time`, { timeout }, async () => {
      const { theirs, ours } = await pair()
      theirs.write(our, 'at once')
      assert.equal(await ours.chat.tell(their, 'as well'), 'weak')
      await ours.hears(`private-message ${their} at once weak`)
      await theirs.reads(`${our}: as well`)
      await ours.chat.tell(their, 'on')
      await theirs.reads(`${our}: on`)
      theirs.write(our, 'and on')
      await ours.hears(`private-message ${their} and on weak`)
      assert.deepEqual(theirs.shown, [`${our}: as well`, `${our}: on`])
      await Promise.all([theirs.close(), ours.chat.close()])
    })

    it(`begins anew when ours on ${protocol} has gone and come back`, { timeout }, async () => {
      const { theirs, ours } = await pair()
      theirs.write(our, 'before')
      await ours.hears(`private-message ${their} before weak`)
      await ours.chat.close()
      await theirs.until(() => theirs.heard.includes(`LEFT ${our}`), `it knows that ${our} is gone`)
      const back = await openOurs(server, protocol, our)
      await theirs.hasKeyOf(our)
      theirs.write(our, 'after')
      await back.hears(`private-message ${their} after weak`)
      assert.equal(await back.chat.tell(their, 'back'), 'weak')
      await theirs.reads(`${our}: back`)
      await Promise.all([theirs.close(), back.chat.close()])
    })
  }
})
