import { MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/testing'
import { defaultSettings, startServer, type Logger } from '@parley/server'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'

describe('the log', () => {
  it('holds no public key, no session key and no sealed message, whatever becomes of them (X-6)', async () => {
    const lines: string[] = []
    const write = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }))
    const logger: Logger = { debug: write, info: write, warn: write, error: write }
    const clock = new VirtualClock()
    const started = await startServer(
      { ...defaultSettings, listen: ['ident', 'helo', 'json'].map((protocol) => `${protocol}://127.0.0.1:0`) },
      {
        store: new MemoryStore(),
        passwords: new PlainPasswords(),
        clock,
        random: new SeededRandom(1),
        logger,
      },
    )
    assert.ok(started.ok)
    const server = started.value
    const open = (protocol: string) => {
      return LineClient.open(server.listening.find((each) => each.protocol === protocol)?.port ?? 0)
    }
    const [ann, hela, jon] = [await open('ident'), await open('helo'), await open('json')]
    ann.send('IDENT ann', 'PM_PUBKEY SECRET-of-ann')
    await ann.hears('OK IDENT')
    hela.send('HELO hela', 'PUBLIC_KEY @ann SECRET-of-hela 1')
    await ann.hears('PM_PUBKEY hela SECRET-of-hela')
    jon.send('LOGIN_REQ {"username": "jon"}', 'SECURE_MESSAGE_RES {"sender": "ann", "publicKey": "SECRET-of-jon"}')
    await ann.hears('PM_PUBKEY jon SECRET-of-jon')

    ann.send('PM_SESSIONKEY hela SECRET-key', 'PM hela SECRET-message', 'PM_SESSIONKEY nobody SECRET-key')
    await hela.hears('PM ann SECRET-message SECRET-key')
    jon.send('SECURE_MESSAGE {"receiver": "ann", "sessionKey": "SECRET-key", "message": "SECRET-message"}')
    await ann.hears('NPM jon SECRET-message')
    jon.send('SECURE_MESSAGE {"receiver": "ann", "sessionKey": "SECRET two", "message": "SECRET"}')
    await jon.hears('6011')
    hela.socket.resetAndDestroy()
    await ann.hears('LEFT hela')
    ann.send('QUIT')
    await ann.hears('OK Goodbye')
    await Promise.all([ann, hela, jon].map((client) => client.close()))
    await server.stop()

    assert.ok(lines.length >= 6, 'the log was written')
    assert.deepEqual(
      lines.filter((line) => line.includes('SECRET')),
      [],
    )
  })
})
