import { keyOf, type Command, type ConversationKey, type Told } from '@parley/core'
import { named, said } from '@parley/core/testing'
import type { AdministrationRequest } from '@parley/protocols'
import { defaultSettings, type RunningServer, type Settings } from '@parley/server'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { clusterUnderTest } from './cluster-under-test.ts'
import { LineClient } from './line-client.ts'

const listen = ['ident://127.0.0.1:0', 'parley://127.0.0.1:0']

/** Three nodes, and ann, bob and cem each on one of them. */
async function cluster(t: TestContext, settings: Partial<Settings> = {}) {
  const under = await clusterUnderTest({ listen, settings })
  t.after(() => under.stop())
  const enter = async (place: number, said: string): Promise<LineClient> => {
    const { host, port } = under.nodes[place]!.listening[0]!
    const client = await LineClient.open(port, host)
    t.after(() => client.close())
    client.send(`IDENT ${said}`)
    await client.hears('OK IDENT')
    return client
  }
  const ask = (place: number, request: AdministrationRequest) => under.nodes[place]!.administration.carryOut(request)
  /** All nodes are at the same place. */
  const equal = async () => {
    await under.rest()
    const digests = under.nodes.map(({ community }) => community.digest())
    assert.equal(new Set(digests).size, 1)
  }
  return { ...under, enter, ask, equal }
}

const by = 'operator'

describe('what is asked of one node holds on all', { timeout: 60_000 }, () => {
  it('removing, banning and muting somebody, and what is announced', async (t) => {
    const { enter, ask, equal } = await cluster(t)
    const clients = [await enter(0, 'ann'), await enter(1, 'bob'), await enter(2, 'cem')]
    const [ann, bob, cem] = clients as [LineClient, LineClient, LineClient]
    assert.ok((await ask(0, { do: 'announce', text: said('hear me'), by })).ok)
    for (const client of clients) await client.hears('hear me')
    const subject = { kind: 'name', value: 'cem' } as const
    assert.ok((await ask(0, { do: 'sanction.put', measure: 'mute', subject, reason: '', seconds: null, by })).ok)
    cem.send('BCST can you hear me')
    await cem.hears('FAIL10')
    assert.ok((await ask(0, { do: 'user.kick', name: named('bob'), reason: '', by })).ok)
    await bob.closed()
    const banned = { kind: 'name', value: 'ann' } as const
    assert.ok((await ask(2, { do: 'sanction.put', measure: 'ban', subject: banned, reason: '', seconds: null, by })).ok)
    await ann.closed()
    await equal()
    const logs = await Promise.all([0, 1, 2].map((place) => ask(place, { do: 'audit.list' })))
    assert.deepEqual(logs[1], logs[0])
    assert.deepEqual(logs[2], logs[0])
    assert.equal(logs[0]?.ok && (logs[0].value as readonly object[]).length, 4)
  })

  it('accounts: whoever is there without the new password is gone, wherever', async (t) => {
    const { enter, ask, equal } = await cluster(t)
    assert.ok((await ask(0, { do: 'user.add', name: named('dan'), password: 'first' })).ok)
    const dan = await enter(2, 'dan first')
    assert.ok((await ask(1, { do: 'user.password', name: named('dan'), password: 'second' })).ok)
    await dan.closed()
    await enter(0, 'dan second')
    await equal()
    const online = await ask(1, { do: 'online.list' })
    assert.match(JSON.stringify(online), /"name":"dan".*@berlin\./)
  })

  it('the settings of the community, which are those that were read last', async (t) => {
    const { ask, equal, nodes, rest } = await cluster(t)
    const limits = { ...defaultSettings.limits, groupsPerUser: 3 }
    const urls = listen.map((url) => url.replace('127.0.0.1', '127.0.0.2'))
    assert.ok(nodes[1]!.reload({ ...defaultSettings, listen: urls, limits }).ok)
    await rest()
    for (const place of [0, 1, 2]) {
      const shown = JSON.stringify(await ask(place, { do: 'limits.show' }))
      assert.match(shown, /"groupsPerUser":3/, `node ${place}`)
    }
    await equal()
  })
})

describe('a node', { timeout: 60_000 }, () => {
  it('has everything in its database that any node has acknowledged, once it was asked for', async (t) => {
    const { enter, ask, nodes, stores } = await cluster(t)
    assert.ok((await ask(0, { do: 'user.add', name: named('dan'), password: 'first' })).ok)
    const ann = await enter(2, 'ann')
    ann.send(...Array.from({ length: 20 }, (_, letter) => `PM dan letter ${letter}`))
    await ann.hears('OK PM dan letter 9')
    const acknowledged = ann.heard.match(/OK PM dan/g)?.length ?? 0
    await nodes[1]!.saved()
    const stored = await stores[1]!.messages(keyOf(named('dan')), 0, 100)
    assert.ok(stored.ok && stored.value.length >= acknowledged, `${acknowledged} were acknowledged`)
  })
})

describe('a hook', { timeout: 60_000 }, () => {
  it('is called by one node, and by another one once that is gone, for everything', async (t) => {
    const calls: string[] = []
    const receiver = createServer((request, response) => {
      void json(request).then((body) => {
        calls.push((body as { text: string }).text)
        response.end()
      })
    }).listen(0, '127.0.0.1')
    t.after(() => receiver.close())
    await once(receiver, 'listening')
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    const { enter, nodes, rest, stopNode } = await cluster(t, {
      hooks: { ...defaultSettings.hooks, privateAddresses: true },
    })
    const added = await submit(nodes[1]!, {
      do: 'hook.add',
      name: named('bot'),
      hash: 'hash',
      to: null,
      calls: { url, secret: 'secret', of: ['*' as ConversationKey] },
    })
    assert.ok(added.ok, JSON.stringify(added))
    const ann = await enter(1, 'ann')
    ann.send('BCST one', 'BCST two')
    while (calls.length < 2) await new Promise((resolve) => setImmediate(resolve))
    await stopNode(0)
    ann.send('BCST three')
    while (calls.length < 3) await new Promise((resolve) => setImmediate(resolve))
    await rest()
    assert.deepEqual(calls, ['one', 'two', 'three'])
  })
})

function submit<C extends Command>({ submit: to }: RunningServer, command: C): Promise<Told<C>> {
  return new Promise((resolve) => void to(command, resolve))
}
