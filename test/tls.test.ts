import { MemoryStore, PlainPasswords } from '@parley/core/testing'
import { defaultSettings, silentLogger, startServer, systemClock, systemRandom } from '@parley/server'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectPlain } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { connect } from 'node:tls'
import { LineClient } from './line-client.ts'

const fixture = (file: string) => join(import.meta.dirname, 'fixtures', file)
const certificate = fixture('localhost.crt')

function start(listen: readonly string[], tls = { certificate, key: fixture('localhost.key') }) {
  const store = new MemoryStore()
  const passwords = new PlainPasswords()
  const parts = { store, passwords, clock: systemClock, random: systemRandom, logger: silentLogger }
  return startServer({ ...defaultSettings, listen, tls }, parts)
}

describe('listeners over TLS', () => {
  it('bring their users into the same community', async () => {
    const started = await start(['idents://127.0.0.1:0', 'ident://127.0.0.1:0'])
    assert.ok(started.ok)
    const [secure, plain] = started.value.listening
    assert.equal(secure?.protocol, 'idents')

    const socket = connect({ host: '127.0.0.1', port: secure.port, ca: readFileSync(certificate) })
    await once(socket, 'secureConnect')
    const sealed = new LineClient(socket)
    sealed.send('IDENT user_1')
    await sealed.hears('OK IDENT user_1')
    const open = await LineClient.open(plain!.port)
    open.send('IDENT user_2', 'BCST hello')
    await sealed.hears('JOINED user_2\nBCST user_2 hello\n')
    sealed.send('QUIT')
    await sealed.hears('OK Goodbye\n')
    await open.hears('LEFT user_1')
    await Promise.all([sealed.close(), open.close()])
    await started.value.stop()
  })

  it('close a connection that speaks no TLS, and go on', async () => {
    const started = await start(['idents://127.0.0.1:0'])
    assert.ok(started.ok)
    const { port } = started.value.listening[0]!
    const plain = connectPlain({ host: '127.0.0.1', port })
    plain.on('error', () => {})
    plain.resume()
    plain.write('IDENT user_1\n')
    await once(plain, 'close')
    const socket = connect({ host: '127.0.0.1', port, ca: readFileSync(certificate) })
    await once(socket, 'secureConnect')
    const guest = new LineClient(socket)
    await guest.hears('INIT Welcome')
    await guest.close()
    await started.value.stop()
  })

  it('are refused with the name of the file that cannot be used', async () => {
    const missing = await start(['idents://127.0.0.1:0'], {
      certificate: fixture('missing.crt'),
      key: fixture('missing.key'),
    })
    assert.match(missing.ok ? '' : missing.message, /missing\.crt: there is no such file/)
    const wrong = await start(['idents://127.0.0.1:0'], { certificate, key: certificate })
    assert.match(wrong.ok ? '' : wrong.message, /localhost\.crt is no private key in PEM/)
  })
})
