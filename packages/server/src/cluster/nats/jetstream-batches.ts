import {
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { done, fail, ok, type Result } from '@parley/core'
import { setTimeout as wait } from 'node:timers/promises'
import type { BatchStream, PlacedBatch } from '../batch-stream.ts'

/** How long whoever publishes waits to be told. */
const publishMs = 2_000
/** NATS says so often that there is nothing. Where it is late twice, the consumer is made anew. */
const heartbeatMs = 500
const pullMs = 5_000
/** Batches that are on their way here at most. */
const ahead = 256
/** Until a consumer that could not be made is tried again. */
const retryMs = 250

/** A stream of JetStream. */
export class JetStreamBatches implements BatchStream {
  readonly longest: number
  readonly #name: string
  readonly #subject: string
  readonly #js: JetStreamClient
  readonly #manager: JetStreamManager

  private constructor(connection: NatsConnection, manager: JetStreamManager, name: string, subject: string) {
    this.longest = connection.info!.max_payload
    this.#name = name
    this.#subject = subject
    this.#manager = manager
    this.#js = jetstream(connection, { timeout: publishMs })
  }

  /** Of a stream that is there. */
  static async open(connection: NatsConnection, name: string, subject: string): Promise<JetStreamBatches> {
    return new JetStreamBatches(connection, await jetstreamManager(connection, manages), name, subject)
  }

  async publish(bytes: Uint8Array, id: string): Promise<Result<void, 'unknown'>> {
    try {
      await this.#js.publish(this.#subject, bytes, { msgID: id, timeout: publishMs, retries: 0 })
      return done
    } catch {
      return fail('unknown')
    }
  }

  consume(after: number, take: (batch: PlacedBatch) => void | Promise<void>): () => void {
    const ending = new AbortController()
    void this.#consume(after, take, ending.signal)
    return () => ending.abort()
  }

  async last(): Promise<Result<number, 'unavailable'>> {
    try {
      return ok((await this.#manager.streams.info(this.#name)).state.last_seq)
    } catch {
      return fail('unavailable')
    }
  }

  async trim(upTo: number): Promise<Result<void, 'unavailable'>> {
    try {
      await this.#manager.streams.purge(this.#name, { seq: upTo + 1 })
      return done
    } catch {
      return fail('unavailable')
    }
  }

  /** Whatever happens to a consumer, the next one goes on where it was. */
  async #consume(
    after: number,
    take: (batch: PlacedBatch) => void | Promise<void>,
    ending: AbortSignal,
  ): Promise<void> {
    let position = after
    while (!ending.aborted) {
      try {
        const consumer = await this.#js.consumers.get(this.#name, {
          deliver_policy: DeliverPolicy.StartSequence,
          opt_start_seq: position + 1,
        })
        const messages = await consumer.consume({
          max_messages: ahead,
          expires: pullMs,
          idle_heartbeat: heartbeatMs,
          abort_on_missing_resource: true,
        })
        const stop = (): void => messages.stop()
        ending.addEventListener('abort', stop, { once: true })
        void stopOnSilence(messages)
        for await (const message of messages) {
          if (ending.aborted) break
          if (message.seq <= position) continue
          const at = Number(message.timestampNanos / 1_000_000n)
          const taken = take({ position: message.seq, at, bytes: message.data })
          position = message.seq
          if (taken) await taken
        }
        ending.removeEventListener('abort', stop)
      } catch {
        // It is tried again.
      }
      if (!ending.aborted) await wait(retryMs)
    }
  }
}

interface Consuming {
  status(): AsyncIterable<{ readonly type: string }>
  stop(): void
}

const broken: ReadonlySet<string> = new Set([
  'heartbeats_missed',
  'consumer_not_found',
  'consumer_deleted',
  'stream_not_found',
  'no_responders',
])

async function stopOnSilence(messages: Consuming): Promise<void> {
  for await (const { type } of messages.status()) if (broken.has(type)) messages.stop()
}

/** What is asked about streams. */
export const manages = { timeout: 5_000 }
