export { parseRequest as parseAdminRequest } from '../src/admin/requests.ts'
export { CatchUp } from '../src/net/catch-up.ts'
export { MemoryBatches, type MemoryBatchStream } from './memory-batch-stream.ts'
export { connectionsTo, natsBatches, type TestBatches } from './nats-batches.ts'
export { NatsServers, withoutNats } from './nats-servers.ts'
export { TcpGate } from './tcp-gate.ts'
export { memoryNode } from './memory-node.ts'
export {
  MemoryServer,
  type LoggedError,
  type MemoryClient,
  type MemoryListener,
  type MemoryServerOptions,
} from './memory-server.ts'
export { MemoryStream } from './memory-stream.ts'
export { decodeBatch, encodeBatch, writeCommand } from '../src/cluster/batch.ts'
export { connect as connectNats } from '@nats-io/transport-node'
export { linksOver, natsLinks } from './nats-links.ts'
