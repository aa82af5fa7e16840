import { keyOf, parseUserName } from '@parley/core'
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { ParleyAsker } from './parley-asker.ts'
import { messagesOfSchema } from './parley-schema.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

type Body = Readonly<Record<string, unknown>>

const subject = { kind: 'name', value: 'eve' }
/** Every request of admins, each as it could be carried out. */
const requests: readonly Body[] = [
  { do: 'admin-metrics' },
  { do: 'admin-online' },
  { do: 'admin-accounts' },
  { do: 'admin-rules' },
  { do: 'admin-listeners' },
  { do: 'admin-audit' },
  { do: 'admin-kick', user: 'eve', reason: 'noise' },
  { do: 'admin-ban', subject, seconds: 60, reason: 'spam' },
  { do: 'admin-unban', subject },
  { do: 'admin-mute', subject },
  { do: 'admin-unmute', subject },
  { do: 'admin-level', level: 'guests-silent' },
  { do: 'admin-slow', rate: { messages: 100, seconds: 1 } },
  { do: 'admin-announce', text: 'We restart at ten.' },
  { do: 'admin-account-add', user: 'dora', password: 'correct horse' },
  { do: 'admin-account-password', user: 'dora', password: 'battery staple' },
  { do: 'admin-promote', user: 'dora' },
  { do: 'admin-demote', user: 'dora' },
  { do: 'admin-account-remove', user: 'dora' },
]

describe('admins', { timeout: 60_000 }, () => {
  let server: ServerUnderTest
  const clients: ParleyAsker[] = []
  const enter = async (who: Body) => {
    const entered = await ParleyAsker.signIn(server.port('parley'), who)
    clients.push(entered.client)
    return entered
  }

  before(async () => {
    server = await serverUnderTest({ listen: ['parley://127.0.0.1:0', 'ident://127.0.0.1:0'] })
    for (const name of ['Carol', 'bob']) await server.addAccount(name, 'secret')
    const carol = parseUserName('carol')
    assert.ok(carol.ok)
    await server.running.submit({ do: 'admin.set', name: carol.value, isAdmin: true, by: 'root' }, () => {})
  })
  after(async () => {
    for (const { line } of clients) await line.close()
    await server.stop()
  })

  it('are all requests of the schema that have their name', () => {
    const known = messagesOfSchema.requests.filter((name) => name.startsWith('admin-'))
    assert.deepEqual(requests.map((request) => String(request['do'])).sort(), known.sort())
  })

  // Proves L-19: whoever is no admin is refused before the request is looked at, and learns nothing.
  it('are told from everybody else, who get the same refusal to everything and change nothing', async () => {
    const guest = await enter({ name: 'ann' })
    const registered = await enter({ name: 'bob', password: 'secret' })
    assert.deepEqual([guest.reply['admin'], registered.reply['admin']], [undefined, undefined])
    const state = () =>
      JSON.stringify([server.running.community.moderation.save(), server.running.community.accounts.list()])
    const before = state()
    for (const { client } of [guest, registered]) {
      for (const request of requests) {
        for (const asked of [request, { do: request['do'] }, { ...request, user: 'Carol', subject: 7, limit: -1 }]) {
          const { re: _, ...refusal } = await client.ask(asked)
          assert.deepEqual(
            refusal,
            { ok: false, error: 'admins-only', message: 'This is for admins.' },
            JSON.stringify(asked),
          )
        }
      }
    }
    assert.equal(state(), before)
  })

  // Proves parley.md Admins (2): an admin sees who is here and decides, and all of it is in the log.
  it('see who is here, and decide on every protocol at once, all of it in the log', async () => {
    const { client, reply } = await enter({ name: 'carol', password: 'secret' })
    assert.equal(reply['admin'], true)
    const eve = await LineClient.open(server.port('ident'))
    eve.send('IDENT eve')
    await eve.hears('OK IDENT eve')
    const online = (await client.ask({ do: 'admin-online' }))['connections'] as readonly Body[]
    const [seen] = online.filter(({ user }) => user === 'eve')
    assert.deepEqual([seen?.['registered'], seen?.['address']], [false, '127.0.0.1'])
    assert.match(String(seen?.['connection']), /^ident-/)
    const listeners = (await client.ask({ do: 'admin-listeners' }))['listeners'] as readonly Body[]
    assert.deepEqual(
      listeners.map(({ protocol, port }) => [protocol, port]),
      [
        ['parley', server.port('parley')],
        ['ident', server.port('ident')],
      ],
    )
    const samples = (await client.ask({ do: 'admin-metrics' }))['metrics'] as readonly Body[]
    assert.equal(
      samples.find(({ name, labels }) => name === 'parley_connections' && (labels as Body)['protocol'] === 'ident')?.[
        'value'
      ],
      1,
    )
    assert.ok(samples.some(({ name }) => name === 'parley_event_loop_delay_seconds_count' || name === 'parley_users'))
    assert.ok(!samples.some(({ name }) => String(name).endsWith('_bucket')))

    for (const request of requests) assert.equal((await client.ask(request))['ok'], true, JSON.stringify(request))
    await eve.hears('DSCN Removed by the operator')
    const again = await client.ask({ do: 'admin-kick', user: 'eve' })
    assert.equal(again['error'], 'no-such-user')
    const entries = (await client.ask({ do: 'admin-audit', limit: 20 }))['entries'] as readonly Body[]
    assert.deepEqual(
      entries.filter(({ by }) => by === '@Carol').map(({ action, subject: on }) => `${String(action)} ${String(on)}`),
      [
        'kick eve',
        'ban name eve',
        'unban name eve',
        'mute name eve',
        'unmute name eve',
        'level ',
        'slow ',
        'broadcast ',
        'user add dora',
        'user passwd dora',
        'user promote dora',
        'user demote dora',
        'user remove dora',
      ],
    )
    assert.doesNotMatch(JSON.stringify(entries), /restart at ten|correct horse|battery staple/)
    const rules = await client.ask({ do: 'admin-rules' })
    assert.deepEqual([rules['level'], rules['sanctions']], ['guests-silent', []])
    await client.ask({ do: 'admin-level', level: 'open' })
  })

  it('are told what is wrong with a request, and nothing has changed', async () => {
    const { client } = await enter({ name: 'carol', password: 'secret' })
    const rows: readonly (readonly [Body, string])[] = [
      [{ do: 'admin-ban', subject: { kind: 'address', value: '192.0.2.0/99' } }, 'address-invalid'],
      [{ do: 'admin-ban', subject: { kind: 'name', value: 'a b' } }, 'name-invalid'],
      [{ do: 'admin-ban', subject: { kind: 'planet', value: 'mars' } }, 'name-invalid'],
      [{ do: 'admin-ban', subject: 'eve' }, 'malformed'],
      [{ do: 'admin-ban', subject, seconds: 0 }, 'malformed'],
      [{ do: 'admin-ban', subject, reason: 'two\nlines' }, 'malformed'],
      [{ do: 'admin-unban', subject }, 'no-such-sanction'],
      [{ do: 'admin-level', level: 'shut' }, 'malformed'],
      [{ do: 'admin-slow', rate: { messages: 0, seconds: 1 } }, 'malformed'],
      [{ do: 'admin-announce', text: '' }, 'malformed'],
      [{ do: 'admin-audit', limit: 1_001 }, 'malformed'],
      [{ do: 'admin-promote', user: 'nobody' }, 'no-such-account'],
      [{ do: 'admin-account-add', user: 'bob', password: 'x' }, 'account-exists'],
      [{ do: 'admin-account-add', user: 'Server', password: 'x' }, 'name-reserved'],
      [{ do: 'admin-account-add', user: 'fay', password: '' }, 'malformed'],
      [{ do: 'admin-account-remove', user: 'nobody' }, 'no-such-account'],
    ]
    const before = JSON.stringify(server.running.community.moderation.save())
    for (const [request, error] of rows) {
      assert.equal((await client.ask(request))['error'], error, JSON.stringify(request))
    }
    assert.equal(JSON.stringify(server.running.community.moderation.save()), before)
  })

  it('are none from the moment that the right is taken away, and a new account of the name has none', async () => {
    const { client } = await enter({ name: 'carol', password: 'secret' })
    const { client: bob } = await enter({ name: 'bob', password: 'secret' })
    assert.equal((await client.ask({ do: 'admin-promote', user: 'BOB' }))['ok'], true)
    assert.equal((await bob.ask({ do: 'admin-online' }))['ok'], true)
    assert.equal((await client.ask({ do: 'admin-demote', user: 'bob' }))['ok'], true)
    assert.equal((await bob.ask({ do: 'admin-online' }))['error'], 'admins-only')
    await client.ask({ do: 'admin-promote', user: 'bob' })
    await client.ask({ do: 'admin-account-remove', user: 'bob' })
    await client.ask({ do: 'admin-account-add', user: 'bob', password: 'other' })
    const accounts = (await client.ask({ do: 'admin-accounts' }))['accounts']
    assert.deepEqual(accounts, [
      { name: 'bob', admin: false },
      { name: 'Carol', admin: true },
    ])
    const back = await enter({ name: 'bob', password: 'other' })
    assert.equal((await back.client.ask({ do: 'admin-online' }))['error'], 'admins-only')
    assert.deepEqual(server.running.community.moderation.admins.list(), [keyOf('carol' as never)])
  })
})
