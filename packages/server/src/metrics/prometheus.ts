import type { Community } from '@parley/core'
import type { MetricSample } from '@parley/protocols'
import { readdirSync } from 'node:fs'
import type { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ClusterLog } from '../cluster/cluster-log.ts'
import type { Counters, Histogram } from './counters.ts'

/** Milliseconds between two looks at the event loop. */
export const delayResolutionMs = 20

/** What is looked at when somebody asks for the metrics. */
export interface MetricSources {
  readonly counters: Counters
  readonly community: Community
  /** Bytes that readers have not taken. */
  unsentBytes(): number
  /** Writes that no commit has taken up yet. */
  pendingWrites(): number
  readonly isWritable: boolean
  /** null: this process is the only one. */
  readonly cluster: Pick<ClusterLog, 'isJoined' | 'position' | 'waiting' | 'counts'> | null
  /** undefined until somebody has asked. */
  readonly eventLoopDelay: ReturnType<typeof monitorEventLoopDelay> | undefined
}

type Labels = Readonly<Record<string, string>>
interface Sample {
  /** What stands behind the name of the family. */
  readonly suffix?: string
  readonly labels?: Labels
  readonly value: number
}
interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  readonly help: string
  read(sources: MetricSources): Iterable<Sample>
}

/** Every family, in Prometheus' names and units: seconds, bytes, and `_total` for what only grows. */
const families: readonly Family[] = [
  byProtocol('parley_connections', 'gauge', 'Open connections.', ({ opened, closed }) => opened - closed),
  byProtocol('parley_connections_opened_total', 'counter', 'Connections that came.', ({ opened }) => opened),
  byProtocol('parley_sign_ins_total', 'counter', 'Sign-ins that succeeded.', ({ signIns }) => signIns),
  byProtocol('parley_messages_total', 'counter', 'Messages that users sent.', ({ messages }) => messages),
  {
    name: 'parley_kept_messages_total',
    type: 'counter',
    help: 'Messages that went into history.',
    read: ({ counters }) => [{ value: counters.kept }],
  },
  { name: 'parley_users', type: 'gauge', help: 'Users who are here.', read: usersOf },
  {
    name: 'parley_accounts',
    type: 'gauge',
    help: 'Registered names.',
    read: ({ community }) => [{ value: community.accounts.list().length }],
  },
  {
    name: 'parley_groups',
    type: 'gauge',
    help: 'Groups.',
    read: ({ community }) => [{ value: community.groups.list().length }],
  },
  {
    name: 'parley_refusals_total',
    type: 'counter',
    help: 'What was refused, by the limit that refused it.',
    read: ({ counters }) => countsOf(counters.refusals, 'limit'),
  },
  {
    name: 'parley_disconnections_total',
    type: 'counter',
    help: 'Connections that the server ended, by the reason.',
    read: ({ counters }) => countsOf(counters.disconnections, 'reason'),
  },
  {
    name: 'parley_unsent_bytes',
    type: 'gauge',
    help: 'Bytes that readers have not taken.',
    read: (sources) => [{ value: sources.unsentBytes() }],
  },
  {
    name: 'parley_pending_writes',
    type: 'gauge',
    help: 'Writes that wait for a commit.',
    read: (sources) => [{ value: sources.pendingWrites() }],
  },
  {
    name: 'parley_store_writable',
    type: 'gauge',
    help: '1 where the store takes writes.',
    read: ({ isWritable }) => [{ value: isWritable ? 1 : 0 }],
  },
  histogram('parley_flush_duration_seconds', 'Writing to all connections that have something.', (c) => c.flushes),
  histogram('parley_store_commit_duration_seconds', 'One commit, until it is on disk.', (c) => c.commits),
  {
    name: 'parley_event_loop_delay_seconds',
    type: 'summary',
    help: 'How late the event loop is. Measured from the first question on.',
    read: ({ eventLoopDelay }) => (eventLoopDelay ? delaysOf(eventLoopDelay) : []),
  },
  {
    name: 'parley_cluster_nodes',
    type: 'gauge',
    help: 'Nodes that take part, as this one knows.',
    read: ({ cluster, community }) => (cluster ? [{ value: community.nodes.list().length }] : []),
  },
  ofCluster('parley_cluster_joined', 'gauge', '1 where this node takes part.', ({ isJoined }) => (isJoined ? 1 : 0)),
  ofCluster('parley_cluster_position', 'gauge', 'The last batch of the log that was applied.', (log) => log.position),
  ofCluster('parley_cluster_waiting_commands', 'gauge', 'Commands under way to the log.', ({ waiting }) => waiting),
  ofCluster('parley_cluster_entries_total', 'counter', 'Entries that were applied.', ({ counts }) => counts.entries),
  ofCluster('parley_cluster_batches_total', 'counter', 'Batches that were applied.', ({ counts }) => counts.batches),
  ofCluster('parley_cluster_lives_total', 'counter', 'How often this node has joined.', ({ counts }) => counts.lives),
  {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Memory of the process.',
    read: () => [{ value: process.memoryUsage.rss() }],
  },
  { name: 'process_cpu_seconds_total', type: 'counter', help: 'Time of all threads on a processor.', read: cpuOf },
  {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process began, since 1970.',
    read: () => [{ value: performance.timeOrigin / 1_000 }],
  },
  { name: 'process_open_fds', type: 'gauge', help: 'Open file descriptors.', read: descriptorsOf },
]

/** Every sample but the buckets of histograms. */
export function samplesOf(sources: MetricSources): readonly MetricSample[] {
  return families.flatMap(({ name, read }) => {
    const samples = Array.from(read(sources)).filter(({ suffix }) => suffix !== '_bucket')
    return samples.map(({ suffix = '', labels, value }) => ({ name: name + suffix, ...(labels && { labels }), value }))
  })
}

function ofCluster(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  valueOf: (log: NonNullable<MetricSources['cluster']>) => number,
): Family {
  return { name, type, help, read: ({ cluster }) => (cluster ? [{ value: valueOf(cluster) }] : []) }
}

/** The text format 0.0.4. */
export function prometheusText(sources: MetricSources): string {
  return families.map((family) => textOf(family, sources)).join('')
}

function textOf({ name, type, help, read }: Family, sources: MetricSources): string {
  const lines = Array.from(read(sources), ({ suffix = '', labels, value }) => {
    return `${name}${suffix}${labels ? labelText(labels) : ''} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

/** Protocols, reasons and limits are words of our own: nothing in them needs an escape. */
function labelText(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`
}

type OfProtocol = Counters['protocols'] extends Map<string, infer P> ? P : never

function byProtocol(name: string, type: Family['type'], help: string, value: (counters: OfProtocol) => number): Family {
  const read = ({ counters }: MetricSources): readonly Sample[] => {
    return Array.from(counters.protocols, ([protocol, each]) => ({ labels: { protocol }, value: value(each) }))
  }
  return { name, type, help, read }
}

function histogram(name: string, help: string, of: (counters: Counters) => Histogram): Family {
  const read = ({ counters }: MetricSources): readonly Sample[] => {
    const { cumulative, sum } = of(counters)
    return [
      ...cumulative.map(({ le, count }) => ({ suffix: '_bucket', labels: { le }, value: count })),
      { suffix: '_sum', value: sum },
      { suffix: '_count', value: cumulative.at(-1)!.count },
    ]
  }
  return { name, type: 'histogram', help, read }
}

function countsOf(counts: ReadonlyMap<string, number>, label: string): readonly Sample[] {
  return Array.from(counts, ([name, value]) => ({ labels: { [label]: name }, value }))
}

function usersOf({ community: { users } }: MetricSources): readonly Sample[] {
  const names = users.names()
  const registered = names.filter((name) => users.find(name)?.registered).length
  return [
    { labels: { kind: 'guest' }, value: names.length - registered },
    { labels: { kind: 'registered' }, value: registered },
  ]
}

function delaysOf(delay: ReturnType<typeof monitorEventLoopDelay>): readonly Sample[] {
  if (delay.count === 0) return []
  const quantile = (part: number): Sample => {
    return { labels: { quantile: String(part) }, value: lateness(delay.percentile(part * 100)) }
  }
  return [
    ...[0.5, 0.9, 0.99, 1].map(quantile),
    { suffix: '_sum', value: lateness(delay.mean) * delay.count },
    { suffix: '_count', value: delay.count },
  ]
}

function cpuOf(): readonly Sample[] {
  const { user, system } = process.cpuUsage()
  return [{ value: (user + system) / 1e6 }]
}

/** Seconds. Node counts the time between two looks, in nanoseconds. */
function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - delayResolutionMs / 1_000)
}

/** None where the system does not tell. */
function descriptorsOf(): readonly Sample[] {
  try {
    return [{ value: readdirSync('/proc/self/fd').length }]
  } catch {
    return []
  }
}
