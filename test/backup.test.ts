import { openSqliteStore, silentLogger } from '@parley/server'
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { addAccount, parley, scratch, served } from './served.ts'

const password = 'vita2048'
const options = { listen: ['ident://127.0.0.1:0', 'cp://127.0.0.1:0'], args: ['--rate-limit', 'off'] }

/** All that a store remembers, texts included, but for how far its numbers go. */
async function contents(data: string): Promise<unknown> {
  const opened = openSqliteStore(data, silentLogger)
  assert.ok(opened.ok)
  const store = opened.value
  const state = await store.load()
  assert.ok(state.ok)
  const names = state.value.accounts.map(({ name }) => name.toLowerCase() as never)
  const messages = await Promise.all(names.map((name) => store.messages(name, 0, 10_000)))
  await store.close()
  const { reserved: _, ...remembered } = state.value
  return { ...remembered, messages }
}

describe('a backup', { timeout: 300_000 }, () => {
  it('of a server that is written to has all that was acknowledged before, and is the same when restored', async (t) => {
    const [data, elsewhere] = [join(scratch(t), 'data'), scratch(t)]
    const server = await served(t, data, options)
    for (const name of ['Pamina', 'Dolce']) await addAccount(data, name, password)
    const ida = await LineClient.open(server.ports.get('ident')!)
    ida.send('IDENT Ida')
    for (let at = 0; at < 200; at++) ida.send(`PM Pamina before ${at}.`)
    await ida.hears('OK PM Pamina before 199.')
    // It is written to all the time.
    const over = new AbortController()
    const writing = (async () => {
      for (let at = 0; !over.signal.aborted; at++) {
        ida.send(`PM Dolce during ${at}.`)
        await ida.hears(`OK PM Dolce during ${at}.`)
      }
    })()
    const file = join(elsewhere, 'backup.db')
    const [code, said, complaints] = await parley(['backup', file, '--data', data])
    over.abort()
    await writing
    assert.deepEqual([code, complaints], [0, ''])
    const [, waiting] = /^Saved 2 accounts, (\d+) waiting messages, 0 groups and \d+ kept messages to /.exec(said) ?? []
    assert.ok(Number(waiting) >= 200, said)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.deepEqual(
      readdirSync(data).filter((name) => name.startsWith('snapshot')),
      [],
    )
    await ida.close()
    assert.equal(await server.end(), 0)

    const fresh = join(elsewhere, 'fresh')
    const [restored, told] = await parley(['restore', file, '--data', fresh])
    assert.equal(restored, 0)
    assert.match(
      told,
      new RegExp(
        `^Restored 2 accounts, ${waiting} waiting messages, 0 groups and \\d+ kept messages into .*the same as`,
      ),
    )
    // A server on the restored data hands out what was in the backup.
    const again = await served(t, fresh, options)
    const cp = await LineClient.open(again.ports.get('cp')!)
    cp.socket.write(`USERPamina\nPASS${password}\nRMSG\n`)
    for (let at = 0; at < 200; at++) {
      await cp.hears(`RMSGIda:before ${at}.`)
      cp.socket.write('250\n')
    }
    await cp.hears('255 ')
    await cp.close()
    assert.equal(await again.end(), 0)
  })

  it('without a server, restored, holds exactly what the data held', async (t) => {
    const [data, elsewhere] = [join(scratch(t), 'data'), scratch(t)]
    const server = await served(t, data, options)
    await addAccount(data, 'Pamina', password)
    const ida = await LineClient.open(server.ports.get('ident')!)
    ida.send('IDENT Ida', 'PM Pamina ä 漢 🎩')
    await ida.hears('OK PM Pamina')
    await ida.close()
    await server.end('SIGKILL')
    const file = join(elsewhere, 'backup.db')
    assert.equal((await parley(['backup', file, '--data', data]))[0], 0)
    const fresh = join(elsewhere, 'fresh')
    assert.equal((await parley(['restore', file, '--data', fresh]))[0], 0)
    assert.deepEqual(await contents(fresh), await contents(data))
  })

  it('takes the place of nothing that is there: no file, no running server, no data unless told to', async (t) => {
    const [data, elsewhere] = [join(scratch(t), 'data'), scratch(t)]
    const server = await served(t, data, options)
    await addAccount(data, 'Pamina', password)
    const file = join(elsewhere, 'backup.db')
    assert.equal((await parley(['backup', file, '--data', data]))[0], 0)
    const refusals: [readonly string[], RegExp][] = [
      [['backup', file, '--data', data], /is there already/],
      [['restore', file, '--data', data, '--replace'], /belongs to a running server/],
    ]
    for (const [args, message] of refusals) {
      const [code, , complaints] = await parley(args)
      assert.deepEqual([code, message.test(complaints)], [1, true], complaints)
    }
    await server.end()
    await addAccount(data, 'Late', password)
    const [code, , complaints] = await parley(['restore', file, '--data', data])
    assert.deepEqual([code, /holds data already.*--replace/.test(complaints)], [1, true], complaints)
    const [replaced, said] = await parley(['restore', file, '--data', data, '--replace'])
    assert.equal(replaced, 0)
    assert.deepEqual((await parley(['user', 'list', '--data', data]))[1], 'Pamina\n')
    const [, before = ''] = /^What was there before is (.*)\.$/m.exec(said) ?? []
    const third = join(elsewhere, 'third')
    assert.equal((await parley(['restore', before, '--data', third]))[0], 0)
    assert.deepEqual((await parley(['user', 'list', '--data', third]))[1], 'Late\nPamina\n')
  })
})
