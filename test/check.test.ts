import { tallyOf } from '@parley/conformance'
import { protocols } from '@parley/protocols'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkRun, failuresOf } from './check-run.ts'
import { LineClient } from './line-client.ts'
import { serverUnderTest } from './server-under-test.ts'

const accounts = ['anna', 'Bert', 'carlotta', 'd_9'].map((name) => ({ name, password: `secret-${name}` }))
const tickMs = 20
/** No tick is longer, or a heartbeat would be due before its answer can be read. */
const mostMs = 500

describe('parley check of our server', { concurrency: 3 }, () => {
  for (const { name } of protocols) {
    it(`${name} passes strictly, and as programs in the field say it`, () =>
      serving([name], async (url) => {
        for (const strict of [true, false]) {
          const run = await checkRun([url(name)], { accounts: ['cp', 'parley'].includes(name) ? accounts : [], strict })
          assert.deepEqual(failuresOf(run), [])
          assert.ok(tallyOf(run.results).passed > 24, JSON.stringify(tallyOf(run.results)))
          const fieldForms = run.results.flatMap((result) => result.fieldForms ?? [])
          assert.deepEqual(fieldForms, [])
        }
      }))
  }

  it('what passes between protocols, with accounts, passes too', () => {
    const names = protocols.map(({ name }) => name)
    return serving(names, async (url) => {
      const run = await checkRun(names.map(url), {
        accounts,
        only: ['bridges/files', 'bridges/users', 'bridges/texts'],
      })
      assert.deepEqual(failuresOf(run), [])
      assert.ok(tallyOf(run.results).passed > 30, JSON.stringify(tallyOf(run.results)))
    })
  })

  it('others who use the server meanwhile make no difference', () =>
    serving(['ident', 'helo'], async (url, port) => {
      const client = await LineClient.open(port('ident'))
      await client.hears('INIT')
      client.send('IDENT bystander')
      await client.hears('OK IDENT')
      const talk = setInterval(() => client.send('BCST what a nice day'), tickMs)
      try {
        const levels = ['broadcasts', 'groups', 'users']
        const runs = await Promise.all([checkRun([url('helo')], { levels }), checkRun([url('helo')], { levels })])
        assert.deepEqual(runs.flatMap(failuresOf), [])
        const reasons = runs.flatMap(({ results }) => results.map(({ reason = '' }) => reason))
        assert.ok(
          reasons.some((reason) => reason.startsWith('somebody else is on this server')),
          reasons.join('\n'),
        )
      } finally {
        clearInterval(talk)
        client.socket.destroy()
      }
    }))

  it('a level is a chapter, a section, a ruling, or what the document calls one', () =>
    serving(['ident', 'helo', 'json'], async (url) => {
      const chaptersOf = async (name: string, level: string) => {
        const { results } = await checkRun([url(name)], { levels: [level] })
        assert.ok(results.length > 0, level)
        return [...new Set(results.map(({ chapter }) => chapter))]
      }
      assert.deepEqual(await chaptersOf('json', '3'), ['json/files'])
      assert.deepEqual(await chaptersOf('helo', '7.10'), ['helo/groups'])
      assert.deepEqual(await chaptersOf('helo', 'users'), ['helo/users'])
      assert.deepEqual(await chaptersOf('ident', 'I-8'), ['ident/heartbeat'])
    }))
})

/** A server with the accounts, whose time passes: what one account may say in a minute comes back. */
async function serving(
  names: readonly string[],
  work: (url: (name: string) => string, port: (name: string) => number) => Promise<void>,
): Promise<void> {
  const server = await serverUnderTest({ listen: names.map((name) => `${name}://127.0.0.1:0`) })
  let last = performance.now()
  // Its time is as fast as the patience of the check, also where this process hardly gets to run.
  const ticking = setInterval(() => {
    const now = performance.now()
    server.clock.advance(Math.min(Math.round(now - last), mostMs))
    last = now
  }, tickMs)
  const files = () => (names.includes('json') ? `?files=${server.port('json-files')}` : '')
  try {
    for (const { name, password } of accounts) await server.addAccount(name, password)
    await work(
      (name) => `${name}://127.0.0.1:${server.port(name)}${name === 'json' ? files() : ''}`,
      (name) => server.port(name),
    )
  } finally {
    clearInterval(ticking)
    await server.stop()
  }
}
