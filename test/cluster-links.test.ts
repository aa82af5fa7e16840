import { loadTranscripts, play, reportFailure, type Transcript } from '@parley/conformance'
import { natsLinks, NatsServers, withoutNats } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { clusterUnderTest } from './cluster-under-test.ts'

const names = ['berlin', 'paris', 'rome']
/** One for each way in which bytes go from one person to another. */
const played = new Set([
  'helo/files/sent.transcript',
  'helo/files/corrupted.transcript',
  'json/files/transfer.transcript',
  'json/files/receiver-breaks-off.transcript',
  'json/files/sender-breaks-off.transcript',
  'bridges/files/helo-to-json.transcript',
  'bridges/files/json-to-helo-names.transcript',
  'bridges/conversations/parley-tunnel-to-chatos.transcript',
  'chatos/tunnels/established.transcript',
  'chatos/tunnels/half-close.transcript',
  'chatos/tunnels/reset.transcript',
  'parley/files/file.transcript',
  'parley/files/cut.transcript',
  'parley/tunnels/tunnel.transcript',
])

describe('files and tunnels between nodes, over NATS', { skip: withoutNats, timeout: 60_000 }, () => {
  const transcripts = loadTranscripts().filter(({ file }) => played.has(file))

  it('are all there', () => assert.equal(transcripts.length, played.size))

  let servers: NatsServers
  before(async () => (servers = await NatsServers.start()))
  after(() => servers.stop())

  for (const transcript of transcripts) it(transcript.file, (t) => perform(t, transcript, servers.hosts))
})

async function perform(t: TestContext, transcript: Transcript, servers: string): Promise<void> {
  const links = await natsLinks(t, servers, names)
  const listen = transcript.listeners.flatMap(({ protocol, options }) => {
    if (protocol === 'json-files') return []
    return `${protocol}://127.0.0.1:0?${new URLSearchParams(options).toString()}`
  })
  const cluster = await clusterUnderTest({ listen, names, links })
  try {
    for (const { name, password } of transcript.accounts) await cluster.addAccount(name, password)
    const verdict = await play(transcript, cluster.target)
    if (verdict.outcome === 'failed') assert.fail(reportFailure(transcript, verdict.failure))
    assert.equal(verdict.outcome, 'passed')
  } finally {
    await cluster.stop()
  }
}
