import type { NatsConnection } from '@nats-io/transport-node'
import type { Random } from '@parley/core'
import { rmSync } from 'node:fs'
import { takeSnapshot } from '../../store/snapshot.ts'
import { numbersPerBatch } from '../batch.ts'
import { fileOf, writeMembership, type Membership } from '../cluster-file.ts'
import type { LogState } from '../cluster-log.ts'
import { copyFile, takeCopy, type OwnData } from '../own-data.ts'
import { JetStreamBatches } from './jetstream-batches.ts'
import { makeLogStream, type LogStream } from './log-streams.ts'
import { ObjectSnapshots } from './object-snapshots.ts'

/** What NATS and the data directory say. */
export interface Joining {
  /** Held by this process. */
  readonly directory: string
  readonly connection: NatsConnection
  readonly stream: { readonly name: string; readonly subject: string }
  readonly bucket: string
  /** What this node is called. */
  readonly node: string
  readonly membership: Membership | null
  readonly own: OwnData
}

/** Where this node begins. */
export interface Joined {
  readonly state: LogState
  readonly snapshots: ObjectSnapshots
  readonly batches: JetStreamBatches
}

/** For people. */
interface Refused {
  readonly message: string
}

/** Makes the cluster of what the data directory has. */
export async function makeCluster(joining: Joining, replicas: number, random: Random): Promise<LogStream | Refused> {
  const { directory, connection, stream, bucket, node, membership, own } = joining
  if (membership && !membership.founding) return { message: lost(directory) }
  const cluster = membership?.cluster ?? random.uuid()
  writeMembership(directory, { cluster, node, founding: true })
  // Whoever finds the stream finds where to begin.
  const snapshots = await ObjectSnapshots.open(connection, bucket, replicas, cluster)
  const copy = await takeSnapshot(directory)
  if (!copy.ok) return { message: `There is no room in ${directory} for a copy of the database.` }
  const put = await snapshots.put(own.state, copy.value)
  rmSync(copy.value, { force: true })
  if (!put.ok) return { message: 'NATS does not take the first snapshot; see whether its disks have room.' }
  const made = { cluster, base: own.state.base, replicas }
  await makeLogStream(connection, stream, made)
  writeMembership(directory, { cluster, node, founding: false })
  return made
}

/** Brings the data directory to where the log goes on. */
export async function joinCluster(joining: Joining, { cluster, replicas }: LogStream): Promise<Joined | Refused> {
  const { directory, connection, stream, bucket, node, membership, own } = joining
  if (membership ? membership.cluster !== cluster : !own.isEmpty) return { message: another(directory) }
  const snapshots = await ObjectSnapshots.open(connection, bucket, replicas, cluster)
  const batches = await JetStreamBatches.open(connection, stream.name, stream.subject)
  const [newest, last] = [await snapshots.newest(), await batches.last()]
  if (!newest.ok || !last.ok) return { message: 'NATS does not say how far the cluster is; try again.' }
  if (newest.value === null) return { message: 'NATS has no snapshot of this cluster to begin with.' }
  const isOwn = membership !== null && !membership.founding
  const state = await snapshots.fetch(newest.value, null)
  if (!state.ok) return { message: noSnapshot }
  const { base, community } = state.value
  if (isOwn && own.seq >= base + (last.value + 1) * numbersPerBatch) return { message: behind(directory) }
  if (!isOwn || own.seq < community.seq) {
    const copy = await snapshots.fetch(newest.value, copyFile(directory))
    if (!copy.ok) return { message: noSnapshot }
    const wrong = takeCopy(directory)
    if (wrong !== null) return { message: `The snapshot of the cluster cannot be used: ${wrong}` }
  }
  writeMembership(directory, { cluster, node, founding: false })
  return { state: state.value, snapshots, batches }
}

const noSnapshot = 'NATS does not hand out the newest snapshot; try again.'

function another(directory: string): string {
  return (
    `The data in ${directory} is not of this cluster, and was not touched. ` +
    'Name an empty directory with --data, or another community at the end of the URL of --cluster.'
  )
}

function lost(directory: string): string {
  return (
    `NATS does not know the cluster that ${directory} belongs to. See whether the URL of --cluster is right. ` +
    `If NATS has lost it, take the node that stopped last, remove ${fileOf(directory)} there, and start that one first; ` +
    'start the others with empty directories.'
  )
}

function behind(directory: string): string {
  return (
    `The data in ${directory} is further than the log: NATS has lost something, or was brought back from an old copy. ` +
    `If that is meant, start with an empty directory; otherwise bring NATS back as it was.`
  )
}
