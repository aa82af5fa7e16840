import { MemoryServer } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

type Client = Awaited<ReturnType<typeof ident>>

describe('ident session', () => {
  it('greets with the name of the server', async () => {
    const { heard } = await ident()
    assert.deepEqual(heard(), ['INIT Welcome to Parley'])
  })

  it('leaves nobody behind when the connection ends while its sign-in is awaited (X-9)', async () => {
    const { server, stream, heard } = await ident()
    await server.addAccount('ann', 'secret12')
    stream.say('IDENT ann secret12\n')
    stream.breakOff()
    await server.rest()
    assert.deepEqual(server.community.users.names(), [])
    assert.deepEqual(heard(), ['INIT Welcome to Parley'])
    assert.equal(server.clock.waiting, 0)
  })

  it('says OK before anything that waited in the mailbox', async () => {
    const { server, says, heard } = await ident()
    await server.addAccount('ann', 'secret12')
    await (await ident(server)).says('IDENT bob', 'PM ann hello')
    await says('IDENT ann secret12')
    assert.deepEqual(heard().slice(1), ['OK IDENT ann', 'PRIVATE_MESSAGE bob hello'])
  })

  for (const [how, end] of [
    ['has gone', ({ stream }: Client) => stream.breakOff()],
    ['was told to go', ({ connection }: Client) => connection.disconnect('stopping')],
    ['said QUIT', ({ says }: Client) => says('QUIT')],
    ['sent too much', ({ says }: Client) => says('x'.repeat(70_000))],
  ] as const)
    it(`sends no PING to a client that ${how}`, async () => {
      const client = await ident()
      await client.says('IDENT ann')
      await end(client)
      await client.server.rest()
      await client.server.pass(60_000)
      assert.equal(client.heard().includes('PING'), false)
    })

  for (const [reason, words] of [
    ['stopping', 'DSCN Server is stopping'],
    ['too-slow', 'DSCN Too many unread messages'],
    ['sign-in-timeout', 'DSCN Login timeout'],
    ['account-changed', 'DSCN Account has changed'],
    ['too-many-refused', 'DSCN Too many refused commands'],
  ] as const)
    it(`has last words for ${reason}`, async () => {
      const { server, connection, heard, stream } = await ident()
      connection.disconnect(reason)
      await server.rest()
      assert.deepEqual([heard().at(-1), stream.ended], [words, true])
    })

  it('says DSCN to the guest whose name was registered meanwhile (X-3)', async () => {
    const { server, says, heard, stream } = await ident()
    await says('IDENT ann')
    await server.addAccount('ann', 'secret12')
    await server.rest()
    assert.deepEqual([heard().at(-1), stream.ended], ['DSCN Account has changed', true])
    assert.deepEqual(server.community.users.names(), [])
  })

  it('closes after its last words', async () => {
    const { server, says, heard, stream } = await ident()
    await says('IDENT ann')
    await server.pass(10_000)
    await server.pass(3_000)
    assert.deepEqual(heard().slice(2), ['PING', 'DSCN Pong timeout', 'FAIL05 NO RESPONSE TO PING'])
    assert.equal(stream.ended, true)
  })
})

/** One client of a server, in lines. */
async function ident(server?: MemoryServer) {
  const host = server ?? (await MemoryServer.start())
  const { stream, connection } = host.connect('ident')
  const says = (...lines: readonly string[]) => {
    stream.say(lines.map((line) => `${line}\n`).join(''))
    return host.rest()
  }
  await host.rest()
  return { server: host, stream, connection, says, heard: () => stream.text.split('\n').slice(0, -1) }
}
