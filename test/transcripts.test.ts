import { loadTranscripts, parseTranscript } from '@parley/conformance'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { perform, restarts } from './perform-transcript.ts'
import { TestThread } from './test-thread.ts'
import type { TranscriptTask } from './transcript-thread.ts'

/** `TRANSCRIPTS=helo/groups` plays only the files whose path holds that. */
const only = process.env['TRANSCRIPTS'] ?? ''

const transcripts = loadTranscripts().filter(({ file }) => file.includes(only))
const thread = new TestThread(new URL('./transcript-thread.ts', import.meta.url))
const played = (task: TranscriptTask) => thread.run(task)

describe('transcripts', () => {
  for (const transcript of transcripts) it(transcript.file, () => played({ transcript, how: 'in one piece' }))
})

describe('transcripts whose lines arrive in pieces (X-10)', () => {
  // With a server in another process, TCP would join the pieces again.
  for (const transcript of transcripts.filter((each) => !restarts(each))) {
    it(`${transcript.file} byte by byte`, () => played({ transcript, how: 'byte by byte' }))
  }
})

/** Each node counts these by itself: rates, wrong passwords, and who is not signed in. */
const countedByNode = new Set([
  'helo/sign-in/too-many-wrong-passwords.transcript',
  'helo/users/get-users-unauthenticated-connections.transcript',
  'helo/users/get-users.transcript',
])

describe('transcripts on three nodes, each connection on another one', () => {
  const playable = transcripts.filter((each) => !restarts(each) && !countedByNode.has(each.file))
  for (const transcript of playable) it(transcript.file, () => played({ transcript, how: 'on three nodes' }))
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
