import type { Clock, Result } from '@parley/core'
import type { BatchStream, PlacedBatch } from '../src/cluster/batch-stream.ts'
import { connectNats } from '../src/cluster/nats/connect.ts'
import { JetStreamBatches } from '../src/cluster/nats/jetstream-batches.ts'
import { makeLogStream } from '../src/cluster/nats/log-streams.ts'
import { silentLogger } from '../src/logger.ts'
import type { NatsServers } from './nats-servers.ts'

/** What nodes of a test have of their log's stream, whatever that is. */
export interface TestBatches {
  /** The position of the newest batch that somebody knows of. */
  readonly last: number
  connect(): BatchStream & { readonly isIdle: boolean }
}

type Connection = Extract<Awaited<ReturnType<typeof connectNats>>, { ok: true }>['value']

const stampBytes = 8

/** A connection to each of the servers. */
export async function connectionsTo(servers: NatsServers, count: number): Promise<readonly Connection[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const url = `nats://127.0.0.1:${servers.port(index)}`
      const settings = { url, node: null, credentials: null, tls: null, replicas: null }
      const connected = await connectNats(settings, 'test', silentLogger)
      if (!connected.ok) throw new Error(connected.message)
      return connected.value
    }),
  )
}

/**
 * A new stream of JetStream, each of whose users has a connection of its own. Its time is that of a
 * test: it stands in front of each batch.
 */
export async function natsBatches(
  connections: readonly Connection[],
  name: string,
  clock: Clock,
): Promise<TestBatches> {
  const stream = { name, subject: `test.${name}` }
  await makeLogStream(connections[0]!, stream, { cluster: name, base: 0, replicas: connections.length })
  const open = connections.map(async (each) => JetStreamBatches.open(each, stream.name, stream.subject))
  const opened = await Promise.all(open)
  let last = 0
  return {
    get last() {
      return last
    },
    connect: () => new StampedBatches(opened.shift()!, clock, () => last++),
  }
}

class StampedBatches implements BatchStream {
  readonly longest: number
  readonly #batches: BatchStream
  readonly #clock: Clock
  readonly #placed: () => void
  #underWay = 0

  constructor(batches: BatchStream, clock: Clock, placed: () => void) {
    this.longest = batches.longest - stampBytes
    this.#batches = batches
    this.#clock = clock
    this.#placed = placed
  }

  get isIdle(): boolean {
    return this.#underWay === 0
  }

  async publish(bytes: Uint8Array, id: string): Promise<Result<void, 'unknown'>> {
    const stamped = Buffer.alloc(stampBytes + bytes.length)
    stamped.writeDoubleBE(this.#clock.now())
    stamped.set(bytes, stampBytes)
    this.#underWay++
    const published = await this.#batches.publish(stamped, id)
    this.#underWay--
    if (published.ok) this.#placed()
    return published
  }

  consume(after: number, take: (batch: PlacedBatch) => void | Promise<void>): () => void {
    return this.#batches.consume(after, ({ position, bytes }) => {
      const at = Buffer.from(bytes.buffer, bytes.byteOffset, stampBytes).readDoubleBE()
      return take({ position, at, bytes: bytes.subarray(stampBytes) })
    })
  }

  last(): Promise<Result<number, 'unavailable'>> {
    return this.#batches.last()
  }

  trim(upTo: number): Promise<Result<void, 'unavailable'>> {
    return this.#batches.trim(upTo)
  }
}
