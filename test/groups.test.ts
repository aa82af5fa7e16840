import { fail, type UserName } from '@parley/core'
import { MemoryStore } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { serverUnderTest } from './server-under-test.ts'

const wanting = { listen: ['helo://127.0.0.1:0'] }

describe('groups in the store (H-7)', () => {
  it('that cannot be read keep the server from starting, with the reason', async () => {
    const store = new MemoryStore()
    store.load = async () => fail('unavailable')
    await assert.rejects(serverUnderTest({ ...wanting, store }), /cannot read the store; the log says why/)
  })

  it('are not stuck when the account of their admin is removed while the server runs', async () => {
    const server = await serverUnderTest(wanting)
    await server.addAccount('ann', 'secret12')
    const ann = await signedIn(server.port('helo'), 'ann secret12')
    await ann.says('CREATE_GROUP cats', '+SUCCESS group "cats" has been created!')
    const bob = await signedIn(server.port('helo'), 'bob')
    await bob.says('JOIN_GROUP cats', '+SUCCESS you have successfully entered group "cats"')
    await new Promise((told) => void server.running.submit({ do: 'account.remove', name: 'ann' as UserName }, told))
    await ann.client.hears('DSCN Account has changed')
    await ann.client.closed()
    await bob.client.hears('+SUCCESS you are now the admin of group "cats"')
    bob.client.send('KICK cats ann')
    await bob.client.hears('-SOFT_ERR user ann is not a member of group cats')
    await bob.client.close()
    await server.stop()
  })
})

interface SignedIn {
  readonly client: LineClient
  says(line: string, answer: string): Promise<void>
}

async function signedIn(port: number, words: string): Promise<SignedIn> {
  const client = await LineClient.open(port)
  const says = async (line: string, answer: string): Promise<void> => {
    client.send(line)
    await client.hears(answer)
  }
  await says(`HELO ${words}`, `+OK HELO ${words.split(' ')[0]}`)
  return { client, says }
}
