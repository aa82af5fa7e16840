import { jetstreamManager } from '@nats-io/jetstream'
import { setTimeout as wait } from 'node:timers/promises'
import { batchStreamSuite } from '../../../testing/batch-stream-suite.ts'
import { NatsServers, withoutNats } from '../../../testing/nats-servers.ts'
import { TcpGate } from '../../../testing/tcp-gate.ts'
import { silentLogger } from '../../logger.ts'
import { connectNats } from './connect.ts'
import { JetStreamBatches } from './jetstream-batches.ts'

batchStreamSuite(
  'the stream of JetStream',
  async () => {
    const servers = await NatsServers.start()
    const gate = await TcpGate.open(servers.port(0))
    const connections = await Promise.all(
      [servers.port(0), gate.port].map(async (port) => {
        const settings = { url: `nats://127.0.0.1:${port}`, node: null, credentials: null, tls: null, replicas: null }
        const connected = await connectNats(settings, 'test', silentLogger)
        if (!connected.ok) throw new Error(connected.message)
        return connected.value
      }),
    )
    const manager = await jetstreamManager(connections[0]!)
    await manager.streams.add({ name: 'LOG', subjects: ['parley.test.log'] })
    const streams = await Promise.all(connections.map((each) => JetStreamBatches.open(each, 'LOG', 'parley.test.log')))
    return {
      one: streams[0]!,
      other: streams[1]!,
      cut: async () => gate.shut(),
      mend: async () => gate.openAgain(),
      pass: async () => wait(5),
      close: async () => {
        gate.openAgain()
        await Promise.all(connections.map((each) => each.close()))
        await gate.close()
        await servers.stop()
      },
    }
  },
  withoutNats,
)
