import { loadTranscripts } from '@parley/conformance'
import { connectionsTo, natsBatches, NatsServers, withoutNats } from '@parley/server/testing'
import { after, before, describe, it } from 'node:test'
import { clusterUnderTest } from './cluster-under-test.ts'
import { perform } from './perform-transcript.ts'

/** Those whose path holds this: a few minutes of `TRANSCRIPTS=/` play all of them. */
const only = process.env['TRANSCRIPTS'] ?? 'bridges/conversations'
/** Each node counts these by itself. */
const countedByNode = /too-many-wrong-passwords|get-users(-unauthenticated-connections)?\.transcript/

describe('transcripts on three nodes over three servers of NATS', { skip: withoutNats }, () => {
  let servers: NatsServers
  let connections: Awaited<ReturnType<typeof connectionsTo>>
  let streams = 0

  before(async () => {
    servers = await NatsServers.start(3)
    connections = await connectionsTo(servers, 3)
  })
  after(async () => {
    await Promise.all(connections.map((each) => each.close()))
    await servers.stop()
  })

  const all = loadTranscripts().filter(({ file }) => file.includes(only) && !countedByNode.test(file))
  for (const transcript of all.filter(({ steps }) => !steps.some(({ kind }) => kind === 'restarts'))) {
    it(transcript.file, () =>
      perform(transcript, {}, (options: Parameters<typeof clusterUnderTest>[0]) =>
        clusterUnderTest({ ...options, batches: (clock) => natsBatches(connections, `T${++streams}`, clock) }),
      ),
    )
  }
})
