import { play, reportFailure, type PlayOptions, type Transcript } from '@parley/conformance'
import { protocols } from '@parley/protocols'
import { defaultSettings, type Settings } from '@parley/server'
import assert from 'node:assert/strict'
import type { clusterUnderTest } from './cluster-under-test.ts'
import { SchemaCheck, watchBytes } from './parley-schema.ts'
import { restartableServer } from './restartable-server.ts'
import { serverUnderTest } from './server-under-test.ts'

type Cut = Pick<PlayOptions, 'cut'>

const names = new Set(protocols.map(({ name }) => name))

/** A server in another process cannot tell when it is at rest. */
export function restarts({ steps }: Transcript): boolean {
  return steps.some(({ kind }) => kind === 'restarts')
}

type Start = typeof serverUnderTest | typeof restartableServer | typeof clusterUnderTest

/** Plays it with a server of its own. Rejects with what is not as it was written. */
export async function perform(
  transcript: Transcript,
  cut: Cut = {},
  start: Start = restarts(transcript) ? restartableServer : serverUnderTest,
): Promise<void> {
  // A companion listens where its listener does, by itself.
  const listeners = transcript.listeners.filter(({ protocol }) => names.has(protocol))
  const listen = listeners.map(({ protocol, options }) => {
    return `${protocol}://127.0.0.1:0?${new URLSearchParams(options).toString()}`
  })
  const settings = withSettings(defaultSettings, transcript.settings)
  const server = await start({ listen, settings })
  try {
    for (const { name, password } of transcript.accounts) await server.addAccount(name, password)
    const checks: SchemaCheck[] = []
    const watch = (protocol: string) => (protocol === 'parley' ? watchParley(checks) : undefined)
    const verdict = await play(transcript, server.target, { ...cut, watch })
    if (verdict.outcome === 'failed') assert.fail(reportFailure(transcript, verdict.failure))
    // Our own server offers everything, and a transcript that is not played proves nothing.
    assert.equal(verdict.outcome, 'passed', verdict.outcome === 'skipped' ? `not played: ${verdict.reason}` : '')
    assert.deepEqual(
      checks.flatMap(({ problems }) => problems),
      [],
      'what is said by parley is as its schema has it',
    )
  } finally {
    await server.stop()
  }
}

/** Requests and replies belong together within one connection. */
function watchParley(checks: SchemaCheck[]) {
  const check = new SchemaCheck({ isClientFree: true })
  checks.push(check)
  return watchBytes(check)
}

function withSettings(settings: Settings, changes: Transcript['settings']): Settings {
  const changed = structuredClone(settings) as unknown as Record<string, unknown>
  for (const { path, value } of changes) {
    const keys = path.split('.')
    const last = keys.pop()!
    let place = changed
    for (const key of keys) place = place[key] as Record<string, unknown>
    assert.ok(last in place, `there is no setting ${path}`)
    place[last] = value
  }
  return changed as unknown as Settings
}
