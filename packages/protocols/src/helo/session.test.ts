import { MemoryStore } from '@parley/core/testing'
import { MemoryServer } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lineClient } from '../../suites/line-client.ts'

const helo = (server?: MemoryServer) => lineClient('helo', server)

describe('helo session', () => {
  it('leaves nobody behind when the connection ends while its sign-in is awaited (X-9)', async () => {
    const { server, stream, heard } = await helo()
    await server.addAccount('ann', 'secret12')
    stream.say('HELO ann secret12\n')
    stream.breakOff()
    await server.rest()
    assert.deepEqual(server.community.users.names(), [])
    assert.deepEqual(heard(), ['HELO Welkom to Parley'])
    assert.equal(server.clock.waiting, 0)
  })

  it('is gone from the list and has no timer left once it is closed', async () => {
    const { server, says, stream } = await helo()
    await says('HELO ann')
    assert.deepEqual(server.community.users.names(), ['ann'])
    stream.breakOff()
    await server.rest()
    assert.deepEqual(server.community.users.names(), [])
    assert.equal(server.clock.waiting, 0)
  })

  it('welcomes before the waiting messages, by the name as it was taken', async () => {
    const bob = await helo()
    await bob.server.addAccount('Bob', 'secret12')
    await (await helo(bob.server)).says('HELO ann', 'PM @bob hi')
    await bob.says('HELO bob secret12')
    assert.deepEqual(bob.heard().slice(1), ['+OK HELO Bob', 'BCST [ann] (private) hi'])
  })

  it('takes a second word for a part of the name where no account has it (X-3)', async () => {
    const { server } = await helo()
    await server.addAccount('Dolce', 'secret12')
    const invalid = '-ERR username has an invalid format (only characters, numbers and underscores are allowed)'
    for (const [said, reply] of [
      ['HELO ann secret12', invalid],
      ['HELO ann ', '+OK HELO ann'],
      ['HELO ann secret12', invalid],
      ['HELO dolce wrong', '-ERR user already logged in'],
      ['HELO dolce', '-ERR user already logged in'],
      ['HELO server secret12', invalid],
    ] as const) {
      const client = await helo(server)
      await client.says(said)
      assert.deepEqual(client.heard().slice(1), [reply])
      assert.equal(client.stream.ended, reply.startsWith('-ERR'))
    }
  })

  it('lists one unknown for each connection that has not signed in (H-4)', async () => {
    const { server, says, heard } = await helo()
    await says('HELO ann')
    await helo(server)
    await helo(server)
    await says('GET_USERS *all')
    assert.equal(heard().at(-1), '+SUCCESS [ann, unknown, unknown]')
  })

  it('says softly what could not be stored, and nothing of it has happened (H-3)', async () => {
    const store = new MemoryStore()
    const server = await MemoryServer.start({ store })
    for (const name of ['ann', 'bob']) await server.addAccount(name, 'secret12')
    const [ann, bob] = [await helo(server), await helo(server)]
    await ann.says('HELO ann secret12', 'CREATE_GROUP cats', 'CREATE_GROUP dogs')
    await bob.says('HELO bob secret12', 'JOIN_GROUP cats')
    const before = [ann.heard().length, bob.heard().length] as const
    store.full = true
    await ann.says('CREATE_GROUP ants')
    await server.pass(1) // What was refused is taken back from what the store knows.
    await ann.says('KICK cats bob', 'PM @bob hi')
    await bob.says('JOIN_GROUP dogs', 'LEAVE_GROUP cats')
    const group = '-SOFT_ERR group could not be stored'
    assert.deepEqual(ann.heard().slice(before[0]), [group, group, '-SOFT_ERR message could not be stored'])
    assert.deepEqual(bob.heard().slice(before[1]), [group, group])
    await ann.says('GET_GROUPS')
    assert.equal(ann.heard().at(-1), '+SUCCESS [cats (ann, 2 members), dogs (ann, 1 members)]')
  })

  for (const [reason, words] of [
    ['stopping', 'DSCN Server is stopping'],
    ['too-slow', 'DSCN Too many unread messages'],
    ['sign-in-timeout', 'DSCN Login timeout'],
    ['account-changed', 'DSCN Account has changed'],
    ['too-many-refused', 'DSCN Too many refused commands'],
  ] as const)
    it(`has last words for ${reason}`, async () => {
      const { server, connection, heard, stream } = await helo()
      connection.disconnect(reason)
      await server.rest()
      assert.deepEqual([heard().at(-1), stream.ended], [words, true])
    })
})
