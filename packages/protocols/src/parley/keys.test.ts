import { HeldStore } from '@parley/core/testing'
import { MemoryServer } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lineClient } from '../../suites/line-client.ts'

async function signedIn(server: MemoryServer, name: string) {
  const client = await lineClient('parley', server)
  await client.says('{"id":0,"do":"hello","versions":[1]}', JSON.stringify({ id: 1, do: 'sign-in', name }))
  return client
}

// What a transcript cannot time: a disk that takes a while.
describe('keys over parley', () => {
  it('are the newest ones, also where a question was under way when they were given', async () => {
    const store = new HeldStore()
    const server = await MemoryServer.start({ store })
    await server.addAccount('dolce', 'secret')
    const [ann, bob] = [await signedIn(server, 'ann'), await signedIn(server, 'bob')]
    const cas = await signedIn(server, 'cas')
    await bob.says('{"id":2,"do":"key-publish","key":"old"}')
    store.hold()
    // What follows waits for this to be on disk.
    await cas.says('{"id":2,"do":"say","to":"@dolce","text":"waits"}')
    await ann.says('{"id":3,"do":"key","of":"@bob"}')
    await bob.says('{"id":3,"do":"key-publish","key":"new"}')
    store.release()
    await server.rest()
    await ann.says('{"id":4,"do":"key","of":"@bob"}')
    const keys = ann.heard().filter((line) => line.includes('"key":'))
    assert.deepEqual(keys, [
      '{"event":"key","user":"bob","key":"new"}',
      '{"re":3,"ok":true,"user":"bob","key":"new"}',
      '{"re":4,"ok":true,"user":"bob","key":"new"}',
    ])
  })

  it('stay those before where the new one is refused', async () => {
    const server = await MemoryServer.start()
    const [ann, bob] = [await signedIn(server, 'ann'), await signedIn(server, 'bob')]
    await bob.says('{"id":2,"do":"key-publish","key":"old"}')
    await bob.says(JSON.stringify({ id: 3, do: 'key-publish', key: 'x'.repeat(8_193) }))
    await ann.says('{"id":2,"do":"key","of":"@bob"}')
    assert.match(bob.heard().at(-1)!, /"re":3,"ok":false/)
    assert.equal(ann.heard().at(-1), '{"re":2,"ok":true,"user":"bob","key":"old"}')
  })
})
