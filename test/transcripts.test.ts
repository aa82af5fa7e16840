import {
  loadTranscripts,
  parseTranscript,
  play,
  reportFailure,
  type PlayOptions,
  type Transcript,
} from '@parley/conformance'
import { protocols } from '@parley/protocols'
import { defaultSettings, type Settings } from '@parley/server'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { clusterUnderTest } from './cluster-under-test.ts'
import { byteByByte } from './cuts.ts'
import { SchemaCheck, watchBytes } from './parley-schema.ts'
import { restartableServer } from './restartable-server.ts'
import { serverUnderTest } from './server-under-test.ts'

type Cut = Pick<PlayOptions, 'cut'>

const names = new Set(protocols.map(({ name }) => name))
/** `TRANSCRIPTS=helo/groups` plays only the files whose path holds that. */
const only = process.env['TRANSCRIPTS'] ?? ''

const transcripts = loadTranscripts().filter(({ file }) => file.includes(only))
const restarts = ({ steps }: Transcript) => steps.some(({ kind }) => kind === 'restarts')

describe('transcripts', () => {
  for (const transcript of transcripts) it(transcript.file, () => perform(transcript))
})

describe('transcripts whose lines arrive in pieces (X-10)', () => {
  // A server in another process cannot tell when it is at rest, and TCP would join the pieces again.
  for (const transcript of transcripts.filter((each) => !restarts(each))) {
    const seed = transcript.file.length
    it(`${transcript.file} byte by byte`, () => perform(transcript, { cut: byteByByte(seed) }))
  }
})

/** Each node counts these by itself: rates, wrong passwords, and who is not signed in. */
const countedByNode = new Set([
  'bridges/users/one-rate-for-one-user.transcript',
  'helo/sign-in/too-many-wrong-passwords.transcript',
  'helo/users/get-users-unauthenticated-connections.transcript',
  'helo/users/get-users.transcript',
])

describe('transcripts on three nodes, each connection on another one', () => {
  const played = transcripts.filter((each) => !restarts(each) && !countedByNode.has(each.file))
  for (const transcript of played) {
    it(transcript.file, () => perform(transcript, {}, clusterUnderTest))
  }
})

describe('docs/transcripts.md', () => {
  const page = readFileSync(new URL('../docs/transcripts.md', import.meta.url), 'utf8')
  const blocks = Array.from(page.matchAll(/^```\n([^]*?)^```$/gm), ([, block = '']) => block)
  const example = blocks.find((block) => block.includes('signs in by')) ?? ''
  const parsed = (text: string) => {
    const read = parseTranscript('helo/groups/join.transcript', text)
    assert.ok(read.ok, JSON.stringify(read))
    return read.value
  }

  it('begins with a transcript that passes', () => perform(parsed(example)))

  it('shows a failure as it is', async () => {
    const failing = perform(parsed(example.replace('JOIN_GROUP CATS', 'JOIN_GROUP dogs')))
    const shown = blocks.find((block) => block.includes('It expects:')) ?? ''
    await assert.rejects(failing, { message: shown.trimEnd() })
  })
})

type Start = typeof serverUnderTest | typeof restartableServer | typeof clusterUnderTest

async function perform(
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
