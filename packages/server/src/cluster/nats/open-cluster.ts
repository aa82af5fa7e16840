import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock, Random } from '@parley/core'
import { parseClusterUrl } from '../../config/cluster-url.ts'
import { communitySettings } from '../../config/live-settings.ts'
import type { ClusterSettings, Settings } from '../../config/settings.ts'
import type { Logger } from '../../logger.ts'
import { lockDataDirectory } from '../../store/directory-lock.ts'
import { systemReason } from '../../system-reason.ts'
import { readMembership } from '../cluster-file.ts'
import { ClusterLog } from '../cluster-log.ts'
import type { ClusterParts } from '../cluster-parts.ts'
import type { Unfit } from '../life-ends.ts'
import { CreditLinks } from '../links/credit-links.ts'
import { newNodeName } from '../node-id.ts'
import { readOwnData } from '../own-data.ts'
import { Snapshotter } from '../snapshotter.ts'
import { connectNats } from './connect.ts'
import { joinCluster, makeCluster, type Joined } from './joining.ts'
import { findLogStream, replicasOf } from './log-streams.ts'
import { natsMessages } from './nats-messages.ts'

/** How long a node's batch may be under way before it is cut off. */
const cutOffMs = 6_000

/** This process as one of several nodes, before its server has started. */
export interface OpenedCluster {
  /** What this node is called. */
  readonly node: string
  readonly connection: NatsConnection
  readonly parts: ClusterParts
  /** Resolves when this process is of no use any more. */
  readonly unfit: Promise<Unfit>
  /** From here on this node takes its turn at snapshots. Its directory is held by this process. */
  begin(log: ClusterLog): Snapshotter
  close(): Promise<void>
}

/** `message`: for people. */
type Opened = { readonly ok: true; readonly value: OpenedCluster } | { readonly ok: false; readonly message: string }

export interface ClusterSurroundings {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/**
 * Finds the cluster, or makes it of what the data directory has, and brings the directory to where
 * the log goes on. Nobody holds the directory before or afterwards.
 */
export async function openCluster(
  directory: string,
  settings: Settings & { readonly cluster: ClusterSettings },
  surroundings: ClusterSurroundings,
): Promise<Opened> {
  const lock = lockDataDirectory(directory)
  if (!lock.ok) return { ok: false, message: lock.problem.message }
  try {
    return await openIn(directory, settings, surroundings)
  } catch (error) {
    return { ok: false, message: `This node cannot take part in the cluster: ${systemReason(error)}` }
  } finally {
    lock.value.release()
  }
}

async function openIn(
  directory: string,
  settings: Settings & { readonly cluster: ClusterSettings },
  surroundings: ClusterSurroundings,
): Promise<Opened> {
  const { cluster } = settings
  const { random, logger } = surroundings
  const address = parseClusterUrl(cluster.url)
  if (!address.ok) return address
  const membership = readMembership(directory)
  const node = cluster.node ?? membership?.node ?? newNodeName(random)
  const own = await readOwnData(directory, communitySettings(settings))
  if (!own.ok) return own
  const connected = await connectNats(cluster, node, logger)
  if (!connected.ok) return connected
  const connection = connected.value
  const { community } = address.value
  const stream = { name: `PARLEY_${community}`, subject: `parley.${community}.log` }
  const showsDigests = settings.log.level === 'debug'
  const joining = { directory, connection, stream, bucket: `PARLEY_${community}_snapshots`, node, own: own.value }
  const refuse = async (message: string): Promise<Opened> => {
    await connection.close()
    return { ok: false, message }
  }
  try {
    const before = { ...joining, membership }
    const there = await findLogStream(connection, stream.name)
    const made = there ?? (await makeCluster(before, replicasOf(connection, cluster.replicas, logger), random))
    if ('message' in made) return await refuse(made.message)
    // What was made just now is this node's own.
    const joined = await joinCluster(there ? before : { ...joining, membership: readMembership(directory) }, made)
    if ('message' in joined) return await refuse(joined.message)
    return {
      ok: true,
      value: opened({ ...joining, prefix: `parley.${community}.link`, showsDigests }, joined, surroundings),
    }
  } catch (error) {
    return refuse(`This node cannot take part in the cluster: ${systemReason(error)}`)
  }
}

interface Place {
  readonly directory: string
  /** What this node is called. */
  readonly node: string
  readonly connection: NatsConnection
  /** Of the subjects of links. */
  readonly prefix: string
  readonly showsDigests: boolean
}

function opened(
  { directory, node: name, connection, prefix, showsDigests }: Place,
  { state, snapshots, batches: stream }: Joined,
  { clock, logger }: ClusterSurroundings,
): OpenedCluster {
  let tell: (why: Unfit) => void = () => {}
  const unfit = new Promise<Unfit>((resolve) => (tell = resolve))
  return {
    node: name,
    connection,
    unfit,
    parts: {
      join: async (given) => {
        const stored = await given.store.load()
        const log = new ClusterLog(
          { ...given, stream, name, cutOffMs, showsDigests, unfit: tell },
          state,
          stored.ok ? stored.value.seq : 0,
        )
        if (!stored.ok) tell('store-failed')
        await log.joined()
        return log
      },
      links: ({ node, ...progress }) => {
        return new CreditLinks({ ...progress, messages: natsMessages(connection, prefix, name, node) })
      },
    },
    begin: (log) => new Snapshotter({ log, snapshots, stream, directory, clock, logger }),
    close: async () => connection.close(),
  }
}
