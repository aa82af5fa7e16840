import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'
import { HeloPeer } from './helo-peer.ts'
import { JsonPeer } from './json-peer.ts'
import { openOurs, protocols } from './sealed-pair.ts'

const timeout = 10_000

/** Two kinds of programs whose keys do not tell which of them has to open a message. */
const kinds = {
  helo: {
    open: (server: ServerUnderTest, name: string) => HeloPeer.open(server.port('helo'), name),
    /** The beginning of what its client is sent when our user has gone (H-16). */
    hearsOfLeaving: (name: string) => `REQUEST_PUBLIC_KEY @${name}`,
  },
  json: {
    open: (server: ServerUnderTest, name: string) => JsonPeer.open(server.port('json'), name),
    hearsOfLeaving: () => 'LEFT',
  },
}
type Kind = keyof typeof kinds

for (const kind of ['helo', 'json'] as const) {
  const { open, hearsOfLeaving } = kinds[kind]
  describe(`somebody else's ${kind} client, sealed`, () => {
    let server: ServerUnderTest
    before(async () => {
      server = await serverUnderTest({ listen: protocols.map((protocol) => `${protocol}://127.0.0.1:0`) })
    })
    after(() => server.stop())

    for (const protocol of protocols) {
      const [their, our] = [`them_${protocol}`, `ours_${protocol}`]
      const pair = async (interopProfile?: Kind) => {
        const theirs = await open(server, their)
        const ours = await openOurs(server, protocol, our, interopProfile)
        return { theirs, ours }
      }

      it(`is read and answered by ours on ${protocol}`, { timeout }, async () => {
        const { theirs, ours } = await pair()
        for (const text of ['guten Tag, Ärger', 'und noch einmal']) {
          theirs.write(our, text)
          await ours.hears(`private-message ${their} ${text} weak`)
          for (const answer of [`zu "${text}"`, `mehr zu "${text}"`]) {
            assert.equal(await ours.chat.tell(their, answer), 'weak')
            await theirs.reads(`${our}: ${answer}`)
          }
        }
        await Promise.all([theirs.close(), ours.chat.close()])
      })

      it(
        `hears nothing of ours on ${protocol} that it could not open, and is to write first`,
        { timeout },
        async () => {
          const { theirs, ours } = await pair()
          for (const how of ['sealed-if-possible', 'sealed'] as const) {
            await assert.rejects(ours.chat.tell(their, 'hello?', how), {
              code: 'profile-unknown',
              message: `the key of ${their} does not tell whether a helo or a json program has to open it; nothing was sent`,
            })
          }
          theirs.write(our, 'it is me')
          await ours.hears(`private-message ${their} it is me weak`)
          assert.equal(await ours.chat.tell(their, 'now'), 'weak')
          await theirs.reads(`${our}: now`)
          assert.deepEqual(theirs.shown, [`${our}: now`])
          await Promise.all([theirs.close(), ours.chat.close()])
        },
      )

      it(`reads and answers what ours on ${protocol} writes first, told what it speaks`, { timeout }, async () => {
        const { theirs, ours } = await pair(kind)
        for (const text of ['hello', 'and again']) {
          assert.equal(await ours.chat.tell(their, text), 'weak')
          await theirs.reads(`${our}: ${text}`)
          theirs.write(our, `to "${text}"`)
          await ours.hears(`private-message ${their} to "${text}" weak`)
        }
        await Promise.all([theirs.close(), ours.chat.close()])
      })

      it(`goes on when it and ours on ${protocol} begin at the same time`, { timeout }, async () => {
        const { theirs, ours } = await pair(kind)
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
        await ours.chat.tell(their, 'read')
        await theirs.reads(`${our}: read`)
        await ours.chat.close()
        await theirs.until(
          () => theirs.heard.at(-1)?.startsWith(hearsOfLeaving(our)) === true,
          `it hears that ${our} is gone`,
        )
        const back = await openOurs(server, protocol, our)
        theirs.write(our, 'after')
        await back.hears(`private-message ${their} after weak`)
        assert.equal(await back.chat.tell(their, 'back'), 'weak')
        await theirs.reads(`${our}: back`)
        await Promise.all([theirs.close(), back.chat.close()])
      })

      it(`is read by ours on ${protocol} when it has gone and come back`, { timeout }, async () => {
        const { theirs, ours } = await pair()
        theirs.write(our, 'before')
        await ours.hears(`private-message ${their} before weak`)
        await ours.chat.tell(their, 'read')
        await theirs.close()
        await server.rest()
        const back = await open(server, their)
        back.write(our, 'after')
        await ours.hears(`private-message ${their} after weak`)
        assert.equal(await ours.chat.tell(their, 'back'), 'weak')
        await back.reads(`${our}: back`)
        await Promise.all([back.close(), ours.chat.close()])
      })
    }
  })
}
