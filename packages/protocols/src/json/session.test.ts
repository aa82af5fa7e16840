import type { MemoryServer } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lineClient } from '../../suites/line-client.ts'

const json = (server?: MemoryServer) => lineClient('json', server)

// What transcripts cannot show: a reader that is too slow, bodies too large for a line of a file,
// timers that are left behind.
describe('json session', () => {
  for (const [request, reason, disconnection] of [
    ['BYE_NOT', 'stopping', 'DSCN {"reason":7100}'],
    ['LOGIN_REQ {"username":"ann"}', 'stopping', 'DSCN {"reason":7100}'],
    ['LOGIN {"username":"ann"}', 'stopping', 'DSCN {"reason":7100,"code":7100}'],
    ['LOGIN {"username":"ann"}', 'too-slow', 'DSCN {"reason":7101,"code":7101}'],
    ['LOGIN {"username":"a"}', 'sign-in-timeout', 'DSCN {"reason":7102,"code":7102}'],
    ['LOGIN_REQ {"username":"ann"}', 'account-changed', 'DSCN {"reason":7103}'],
    ['BYE_NOT', 'too-many-refused', 'DSCN {"reason":7104}'],
  ] as const)
    it(`says ${disconnection} after ${request}`, async () => {
      const { server, connection, says, heard } = await json()
      await says(request)
      connection.disconnect(reason)
      await server.rest()
      assert.equal(heard().at(-1), disconnection)
    })

  it('hears by the wire of the word that got it in, not of one that was refused before or came after', async () => {
    for (const [refused, accepted, delivery] of [
      ['LOGIN', 'LOGIN_REQ', 'PRIVATE_MESSAGE {"sender":"ann","message":"hi"}'],
      [
        'LOGIN_REQ',
        'LOGIN',
        `PRIVATE_MESSAGE ${JSON.stringify({ code: 0, status: 'OK', message: '{"sender":"ann","message":"hi"}' })}`,
      ],
    ] as const) {
      const ann = await json()
      await ann.says('LOGIN_REQ {"username":"ann"}')
      const bob = await json(ann.server)
      await bob.says(`${refused} {"username":"ann"}`, `${accepted} {"username":"bob"}`, `${refused} {"username":"bob"}`)
      assert.equal(bob.heard().at(-1), 'LOGIN_RESP {"status":"ERROR","code":5002}')
      await ann.says('PRIVATE_MESSAGE_REQ {"receiver":"bob","message":"hi"}')
      assert.equal(bob.heard().at(-1), delivery)
    }
  })

  it('puts LOGIN_RESP before everything that comes of the sign-in', async () => {
    const ann = await json()
    await ann.server.addAccount('Dolce', 'secret12')
    await ann.says('LOGIN_REQ {"username":"ann"}', 'PRIVATE_MESSAGE_REQ {"receiver":"dolce","message":"hi"}')
    const dolce = await json(ann.server)
    await dolce.says('LOGIN_REQ {"username":"dolce","password":"secret12"}')
    assert.equal(ann.heard().at(-1), 'JOINED {"username":"Dolce"}')
    assert.deepEqual(dolce.heard().slice(1), [
      'LOGIN_RESP {"status":"OK"}',
      'PRIVATE_MESSAGE {"sender":"ann","message":"hi"}',
    ])
  })

  it('lets nobody in by a prototype, and lives through deep nesting', async () => {
    const { says, heard } = await json()
    await says('LOGIN_REQ {"__proto__":{"username":"ann"}}')
    assert.equal(heard().at(-1), 'LOGIN_RESP {"status":"ERROR","code":5001}')
    for (const header of ['__proto__', 'constructor', 'toString']) {
      await says(`${header} {}`)
      assert.equal(heard().at(-1), 'UNKNOWN_COMMAND')
    }
    await says(`LOGIN_REQ {"username":"ann","more":${'['.repeat(7_000)}${']'.repeat(7_000)}}`)
    assert.equal(heard().at(-1), 'LOGIN_RESP {"status":"OK"}')
    await says(`BROADCAST_REQ ${'['.repeat(30_000)}`)
    assert.equal(heard().at(-1), 'PARSE_ERROR')
  })

  it('takes a public key that is too long for none, without a word (J-17)', async () => {
    const ann = await json()
    const bob = await json(ann.server)
    await ann.says('LOGIN_REQ {"username":"ann"}')
    await bob.says('LOGIN_REQ {"username":"bob"}')
    await ann.says('SECURE_MESSAGE_REQ {"receiver":"bob"}')
    const before = [ann.heard().length, bob.heard().length]
    await bob.says(`SECURE_MESSAGE_RES {"sender":"ann","publicKey":"${'x'.repeat(8_193)}"}`)
    assert.deepEqual([ann.heard().length, bob.heard().length], before)
    const longest = 'x'.repeat(8_192)
    await bob.says(`SECURE_MESSAGE_RES {"sender":"ann","publicKey":"${longest}"}`)
    assert.equal(ann.heard().at(-1), `SECURE_MESSAGE_RES {"receiver":"bob","publicKey":"${longest}"}`)
  })

  it('sends a message without a receiver to whoever gave the last key, and not to somebody else of that name (J-18)', async () => {
    const ann = await json()
    const login = async () => {
      const bob = await json(ann.server)
      await bob.says('LOGIN_REQ {"username":"bob"}')
      return bob
    }
    await ann.says('LOGIN_REQ {"username":"ann"}')
    const first = await login()
    await ann.says('SECURE_MESSAGE_REQ {"receiver":"bob"}')
    await first.says('SECURE_MESSAGE_RES {"sender":"ann","publicKey":"K"}')
    await ann.says('SECURE_MESSAGE {"sessionKey":"S","message":"one"}')
    assert.equal(first.heard().at(-1), 'SECURE_MESSAGE {"sender":"ann","sessionKey":"S","message":"one"}')
    await first.says('BYE')
    const second = await login()
    const before = second.heard().length
    await ann.says('SECURE_MESSAGE {"sessionKey":"S","message":"two"}')
    assert.equal(ann.heard().at(-1), 'SECURE_MESSAGE_RES {"status":"ERROR","code":6001}')
    assert.equal(second.heard().length, before)
  })

  it('leaves no user and no timer behind when the connection ends', async () => {
    const { server, stream, says, heard } = await json()
    await says('LOGIN_REQ {"username":"ann"}')
    await server.pass(10_000)
    assert.equal(heard().at(-1), 'PING')
    stream.breakOff()
    await server.rest()
    assert.deepEqual(server.community.users.names(), [])
    assert.equal(server.clock.waiting, 0)
  })
})
