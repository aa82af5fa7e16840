import { addressesOf, check, parseCheckUrl, plan, type CheckRun } from '@parley/conformance'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { faultyServer, type Fault } from './faulty-server.ts'
import { mutants } from './mutants/index.ts'
import { serverUnderTest } from './server-under-test.ts'

/** The least number of wrong servers that the transcripts have to tell from a right one. */
const leastMutants = 25
const accounts = ['one', 'two', 'three'].map((name) => ({ name, password: `secret-${name}` }))

/** Our server behind a proxy that makes one mistake: some transcript must say so, as it does of anybody's server. */
describe('a server with one fault is told from a right one', () => {
  let caught = 0

  describe('each fault is seen by a transcript', { concurrency: 8 }, () => {
    for (const mutant of mutants) {
      it(`${mutant.protocol}: a server that ${mutant.what}`, async (t) => {
        const failures = failed(await checked(mutant.protocol, mutant.only, mutant, mutant.inTime))
        assert.ok(failures.length > 0, `no transcript of ${mutant.only.join(', ')} sees it`)
        caught++
        t.diagnostic(`seen by ${failures.length}: ${failures.map(({ name }) => name).join(', ')}`)
      })
    }
  })

  describe('without a fault the same transcripts pass', { concurrency: 8 }, () => {
    for (const protocol of new Set(mutants.map((mutant) => mutant.protocol))) {
      for (const inTime of [undefined, true] as const) {
        const own = mutants.filter((mutant) => mutant.protocol === protocol && mutant.inTime === inTime)
        const only = own.flatMap((mutant) => mutant.only)
        if (only.length === 0) continue
        it(`of ${protocol}${inTime ? ', when time passes' : ''}`, async () => {
          const failures = failed(await checked(protocol, only, {}, inTime))
          assert.deepEqual(
            failures.map(({ name, failure }) => `${name}: ${failure?.problem}`),
            [],
          )
        })
      }
    }
  })

  it(`all ${mutants.length} were caught, and there are ${leastMutants} at least`, (t) => {
    t.diagnostic(`${caught} of ${mutants.length} wrong servers were caught`)
    assert.equal(caught, mutants.length)
    assert.ok(mutants.length >= leastMutants)
  })
})

function failed({ results }: CheckRun) {
  return results.filter(({ outcome }) => outcome === 'failed')
}

async function checked(
  protocol: string,
  only: readonly string[],
  fault: Fault,
  inTime: true | undefined,
): Promise<CheckRun> {
  const server = await serverUnderTest({ listen: [`${protocol}://127.0.0.1:0`] })
  const faulty = await faultyServer(protocol, server.port(protocol), fault)
  try {
    for (const { name, password } of accounts) await server.addAccount(name, password)
    const files = protocol === 'json' ? `?files=${server.port('json-files')}` : ''
    const url = parseCheckUrl(`${protocol}://127.0.0.1:${faulty.port}${files}`)
    assert.ok(url.ok)
    const addresses = addressesOf([url.value])
    const seen = new AbortController()
    return await check(plan(new Set(addresses.keys()), { only, levels: [] }), {
      signal: seen.signal,
      // One that sees it is enough.
      heard: ({ outcome }) => outcome === 'failed' && seen.abort(),
      urls: [url.value],
      addresses,
      accounts: ['cp', 'parley'].includes(protocol) ? accounts : [],
      timeoutMs: 1_000,
      quietMs: 60,
      // Time that passes does so for all.
      jobs: inTime ? 1 : 8,
      strict: true,
      realTime: inTime ?? false,
      pass: async (ms) => {
        await server.rest()
        server.clock.advance(ms)
        await server.rest()
      },
    })
  } finally {
    await faulty.stop()
    await server.stop()
  }
}
