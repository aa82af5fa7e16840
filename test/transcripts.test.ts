import { loadTranscripts, play, reportFailure, type Transcript } from '@parley/conformance'
import { protocols } from '@parley/protocols'
import { defaultSettings, type Settings } from '@parley/server'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { restartableServer } from './restartable-server.ts'
import { serverUnderTest } from './server-under-test.ts'

const spoken = new Map(protocols.map((protocol) => [protocol.name, protocol]))
/** `TRANSCRIPTS=cp/` plays only the files whose path holds that. */
const only = process.env['TRANSCRIPTS'] ?? ''

describe('transcripts', () => {
  for (const transcript of loadTranscripts()) {
    if (transcript.file.includes(only)) it(transcript.file, (context) => perform(transcript, context))
  }
})

async function perform(transcript: Transcript, context: TestContext): Promise<void> {
  const listen = transcript.listeners.map(({ protocol, options }) => {
    return `${protocol}://127.0.0.1:0?${new URLSearchParams(options).toString()}`
  })
  const settings = withSettings(defaultSettings, transcript.settings)
  const restarts = transcript.steps.some(({ kind }) => kind === 'restarts')
  const server = await (restarts ? restartableServer : serverUnderTest)({ listen, settings })
  try {
    for (const { name, password } of transcript.accounts) await server.addAccount(name, password)
    const verdict = await play(transcript, server.target, { protocols: spoken })
    if (verdict.outcome === 'failed') assert.fail(reportFailure(transcript, verdict.failure))
    if (verdict.outcome === 'skipped') context.skip(verdict.reason)
  } finally {
    await server.stop()
  }
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
