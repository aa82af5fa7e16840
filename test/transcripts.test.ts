import { loadTranscripts, play, reportFailure, type PlayOptions, type Transcript } from '@parley/conformance'
import { companions, protocols } from '@parley/protocols'
import { defaultSettings, type Settings } from '@parley/server'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { byteByByte } from './cuts.ts'
import { restartableServer } from './restartable-server.ts'
import { serverUnderTest } from './server-under-test.ts'

type Cut = Pick<PlayOptions, 'cut'>

const spoken = new Map(protocols.map((protocol) => [protocol.name, protocol]))
/** `TRANSCRIPTS=cp/` plays only the files whose path holds that. */
const only = process.env['TRANSCRIPTS'] ?? ''

const transcripts = loadTranscripts().filter(({ file }) => file.includes(only))
const restarts = ({ steps }: Transcript) => steps.some(({ kind }) => kind === 'restarts')

describe('transcripts', () => {
  for (const transcript of transcripts) it(transcript.file, (context) => perform(transcript, context))
})

describe('transcripts whose lines arrive in pieces (X-10)', () => {
  // A server in another process cannot tell when it is at rest, and TCP would join the pieces again.
  for (const transcript of transcripts.filter((each) => !restarts(each))) {
    const seed = transcript.file.length
    it(`${transcript.file} byte by byte`, (context) => perform(transcript, context, { cut: byteByByte(seed) }))
  }
})

async function perform(transcript: Transcript, context: TestContext, cut: Cut = {}): Promise<void> {
  // A companion listens where its listener does, by itself.
  const listeners = transcript.listeners.filter(({ protocol }) => spoken.has(protocol))
  const listen = listeners.map(({ protocol, options }) => {
    return `${protocol}://127.0.0.1:0?${new URLSearchParams(options).toString()}`
  })
  const settings = withSettings(defaultSettings, transcript.settings)
  const server = await (restarts(transcript) ? restartableServer : serverUnderTest)({ listen, settings })
  try {
    for (const { name, password } of transcript.accounts) await server.addAccount(name, password)
    const verdict = await play(transcript, server.target, { protocols: new Map([...spoken, ...companions]), ...cut })
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
