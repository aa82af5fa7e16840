import { DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '../../logger.ts'
import { manages } from './jetstream-batches.ts'

/** Nodes that do not write the log alike must not write the same one. */
const format = 1
/** Ids of batches are remembered for so long. */
const duplicateWindowNs = 120e9
/** How long servers of NATS may take to agree on who leads. */
const patienceMs = 15_000

/** What a stream says about itself. */
export interface LogStream {
  readonly cluster: string
  readonly base: number
  readonly replicas: number
}

/** The stream of a community; null: there is none. Throws for people. */
export async function findLogStream(connection: NatsConnection, name: string): Promise<LogStream | null> {
  const manager = await patiently(() => jetstreamManager(connection, manages))
  return patiently(async () => {
    try {
      const { config } = await manager.streams.info(name)
      const said = JSON.parse(config.description ?? '') as { cluster: string; base: number; format: number }
      if (said.format !== format) throw new Error(otherFormat)
      return { cluster: said.cluster, base: said.base, replicas: config.num_replicas }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  })
}

/** False: somebody else has made it meanwhile. */
export async function makeLogStream(
  connection: NatsConnection,
  { name, subject }: { readonly name: string; readonly subject: string },
  { cluster, base, replicas }: LogStream,
): Promise<boolean> {
  const manager = await patiently(() => jetstreamManager(connection, manages))
  await patiently(() =>
    manager.streams.add({
      name,
      subjects: [subject],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      num_replicas: replicas,
      duplicate_window: duplicateWindowNs,
      description: JSON.stringify({ cluster, base, format }),
    }),
  ).catch((error: unknown) => {
    if (!/already in use/.test(String(error))) throw error
  })
  return (await findLogStream(connection, name))?.cluster === cluster
}

/** How often everything can be kept here. */
export function replicasOf(connection: NatsConnection, asked: number | null, logger: Logger): number {
  const servers = new Set([connection.getServer(), ...(connection.info?.connect_urls ?? [])])
  const replicas = asked ?? (connection.info?.cluster !== undefined && servers.size >= 3 ? 3 : 1)
  if (replicas === 1)
    logger.warn({}, 'NATS keeps the log once: what is acknowledged is lost with the disk of that server')
  return replicas
}

/** Servers that have just begun, or lost their leader, say no for a while. */
async function patiently<T>(run: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + patienceMs; ;) {
    try {
      return await run()
    } catch (error) {
      const text = String(error)
      const isForAWhile =
        /temporarily unavailable|no responders|timeout|no suitable peers|insufficient resources/i.test(text)
      if (!isForAWhile || performance.now() > end) throw error
      await wait(250)
    }
  }
}

function isMissing(error: unknown): boolean {
  return /stream not found/i.test(String(error))
}

const otherFormat = 'the log of this cluster was made by another version of Parley; all its nodes must have the same'
