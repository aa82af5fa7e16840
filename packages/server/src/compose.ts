import {
  Community,
  type Clock,
  type ConnectionEvent,
  type ConnectionId,
  type Log,
  type NameKey,
  type NodeId,
  type Passwords,
  type Random,
  type Spool,
  type Store,
} from '@parley/core'
import { FileCarrier, fileFramings, TunnelRelay, type Administration, type Listening } from '@parley/protocols'
import { AccountAdmin } from './admin/account-admin.ts'
import { administrationOf } from './admin/administration.ts'
import { ModerationAdmin } from './admin/moderation-admin.ts'
import { boundedLogger } from './bounded-logger.ts'
import { communitySettings, LiveSettings, settingsInForce } from './config/live-settings.ts'
import { memoryBudget } from './config/memory-budget.ts'
import type { Settings } from './config/settings.ts'
import { HookCallers } from './hooks/hook-callers.ts'
import { IncomingHooks } from './hooks/incoming-hooks.ts'
import { PageFiles } from './page/page-files.ts'
import type { Logger } from './logger.ts'
import { CommittedReads } from './cluster/committed-reads.ts'
import type { ClusterLog, ClusterLogParts } from './cluster/cluster-log.ts'
import type { ClusterParts } from './cluster/cluster-parts.ts'
import { LocalLog, reservedAhead } from './log/local-log.ts'
import type { ConnectionServices } from './net/connection.ts'
import { CountedElsewhere } from './net/counted-elsewhere.ts'
import { Delivery } from './net/delivery.ts'
import { Flusher } from './net/flusher.ts'
import { Counters } from './metrics/counters.ts'
import { Metrics } from './metrics/metrics.ts'
import { Pace } from './net/pace.ts'
import { UserRates } from './net/rates.ts'
import { SafeWires } from './net/safe-wires.ts'
import { SignInTurns } from './net/sign-in-turns.ts'
import { Turns } from './net/turns.ts'
import { WaitingForLog } from './cluster/links/waiting-for-log.ts'
import { nodeDigests } from './node-digests.ts'
import { KnownAddresses } from './passwords/known-addresses.ts'
import { PasswordProofs } from './passwords/password-proofs.ts'

/** What the server takes from outside: the real ones in a process, virtual ones in a test. */
export interface ServerParts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly passwords: Passwords
  /** From where names were signed in before; where absent it is learnt anew. */
  readonly known?: KnownAddresses
  /**
   * For files between users who move them by different methods; where absent there are none.
   */
  readonly spool?: Spool
  /** The directory of the built page; where absent there is none. */
  readonly page?: string
  /** Where this process is one of several nodes. */
  readonly cluster?: ClusterParts
}

/** What a composed server cannot know of itself. */
interface Surroundings {
  /** Bytes that readers have not taken. */
  unsentBytes(): number
  listening(): readonly Listening[]
  /** Stops the server in order, soon. */
  shutDown(): void
}

/** A community with its log and all that its connections share; null: the store cannot be read. */
export interface Composed {
  readonly community: Community
  readonly submit: Log['submit']
  readonly services: ConnectionServices
  /** null: this process is the only one. */
  readonly cluster: ClusterLog | null
  /** `run`: whenever the others do not know this node any more, with everybody on it. */
  onCutOff(run: () => void): void
  readonly metrics: Metrics
  readonly administration: Administration
  /** What is around it tells of itself here, once it is there. */
  readonly surroundings: Surroundings
  /** The settings that count at the moment. */
  readonly live: Pick<LiveSettings, 'limits' | 'passwords'>
  /** Goes by other limits and texts from here on. */
  change(settings: Settings): void
  /** Resolves when the database has everything that was acknowledged before, by whichever node. */
  saved(): Promise<void>
  /** Writes what is not on disk. */
  close(): Promise<void>
}

export async function compose(settings: Settings, parts: ServerParts): Promise<Composed | null> {
  const { clock, random, passwords, spool = null } = parts
  const logger = boundedLogger(parts.logger, clock)
  const live = new LiveSettings(settings)
  const { limits } = live
  const community = new Community(communitySettings(settings))
  const allowed = JSON.stringify(community.settings)
  const counters = new Counters()
  const flusher = new Flusher(
    () => clock.monotonic(),
    () => memoryBudget(limits).unsent,
    (ms) => counters.flushes.add(ms),
  )
  const toCarriers = (event: ConnectionEvent) => {
    carrier.hear(event)
    if (event.kind === 'tunnel-aborted' && event.why === 'wrong-joins') {
      const { asker, asked } = event
      logger.warn({ asker, asked }, 'a request for a tunnel was aborted after too many wrong numbers')
    }
  }
  const delivery = new Delivery(community.users, flusher, toCarriers, (...heard) => callers.hear(...heard))
  let cutOff = (): void => {}
  const waitingForLog = new WaitingForLog(() => community.seq)
  /** Nobody hears anything before. */
  let isComplete = false
  const opened = await openLog(parts, logger, {
    community,
    deliver: (events, stamp, hears) => {
      if (isComplete) delivery.deliver(events, stamp, hears)
    },
    hearsOnceDurable: () => delivery.hearsOnceDurable || community.hooks.size > 0,
    committed: (ms) => counters.commits.add(ms),
    over: () => {
      if (!isComplete) return
      links?.breakAll()
      carrier.abandon()
      cutOff()
    },
    applied: (command, result) => {
      if (isComplete) elsewhere.applied(command, result)
    },
    progressed: () => waitingForLog.progressed(),
    nodesChanged: () => {
      if (isComplete) callers.update()
    },
  })
  if (!opened) return null
  const { log, cluster, store } = opened
  const node = () => cluster?.node ?? alone
  const links = parts.cluster
    ? parts.cluster.links({
        clock,
        node,
        applied: () => community.seq,
        reached: (seq, run) => waitingForLog.reached(seq, run),
      })
    : null
  const submit: Log['submit'] = (command, told, hears) => log.submit(command, told, hears)
  const callers = new HookCallers({
    community,
    store,
    submit,
    clock,
    logger,
    isCaller: () => cluster?.isFirst ?? true,
    call: async (call, signal) => {
      // Loaded where a hook is called only.
      const { callUrl } = await import('./hooks/call-url.ts')
      return callUrl(call, { privateAddresses: live.hooks.privateAddresses, signal })
    },
  })
  const carrier = new FileCarrier({
    community,
    spool,
    digests: nodeDigests,
    clock,
    random,
    get bytesPerMinute() {
      return limits.fileBytesPerMinute
    },
    submit: (command) => void submit(command, () => {}),
    node,
    links,
    framings: fileFramings,
  })
  const tunnels = new TunnelRelay({
    clock,
    ended: (tunnel, report) => {
      logger.info(report, 'tunnel ended')
      void submit({ do: 'tunnel.closed', tunnel }, () => {})
    },
    node,
    links,
  })
  const known = parts.known ?? new KnownAddresses(clock)
  const proofs = new PasswordProofs({ accounts: community.accounts, passwords, clock, limits: live.passwords, known })
  const rates = new UserRates(limits, clock, () => community.moderation.slow)
  const signIns = new SignInTurns(limits, clock)
  const elsewhere = new CountedElsewhere({ community, rates, signIns, known, node })
  const surroundings: Surroundings = { unsentBytes: () => 0, listening: () => [], shutDown: () => {} }
  const metrics = new Metrics({
    counters,
    community,
    unsentBytes: () => surroundings.unsentBytes(),
    pendingWrites: () => log.pendingWrites,
    isWritable: () => log.isWritable,
    cluster,
  })
  const administration = administrationOf(
    new AccountAdmin({ accounts: community.accounts, submit, passwords }),
    new ModerationAdmin({
      submit,
      community,
      now: () => clock.now(),
      limits: () => settingsInForce(live, community.settings),
      metrics: () => metrics.text(),
      samples: () => metrics.samples(),
      listening: () => surroundings.listening(),
      node,
      shutDown: () => surroundings.shutDown(),
    }),
  )
  const services: ConnectionServices = {
    community,
    submit,
    store,
    delivery,
    wires: new SafeWires(logger),
    flusher,
    turns: new Turns(
      () => clock.monotonic(),
      () => flusher.isFull,
    ),
    pace: new Pace(),
    rates,
    signIns,
    carrier,
    tunnels,
    hooks: new IncomingHooks({ community, submit, clock, limits }),
    administration,
    page: new PageFiles(parts.page ?? null),
    clock,
    random,
    logger,
    counters,
    limits,
    serverName: () => live.name,
    node,
    connectionId: (here) => (cluster ? `${here}@${cluster.node}` : here) as ConnectionId,
    prove: (attempt) => proofs.prove(attempt),
  }
  isComplete = true
  callers.update()
  if (JSON.stringify(community.settings) !== allowed) {
    void submit({ do: 'settings.change', settings: communitySettings(settings) }, () => {})
  }
  return {
    community,
    submit,
    services,
    cluster,
    onCutOff: (run) => (cutOff = run),
    metrics,
    administration,
    surroundings,
    saved: async () => {
      await new Promise<void>((resolve) => void submit({ do: 'tick' }, () => resolve()))
      // A read of the store comes after all that was to be written before.
      await store.backup(nobody)
    },
    live,
    change: (next) => {
      live.change(next)
      void submit({ do: 'settings.change', settings: communitySettings(next) }, () => {})
    },
    close: async () => {
      metrics.close()
      await callers.stop()
      await log.close()
    },
  }
}

/** No name is so short. */
const nobody = '' as NameKey
/** A process that is the only one. */
const alone = 'local' as NodeId

/** What both kinds of logs are given here. */
interface LogGiven extends Pick<ClusterLogParts, 'community' | 'deliver' | 'over' | 'applied' | 'progressed'> {
  hearsOnceDurable(): boolean
  committed(ms: number): void
  nodesChanged(): void
}

/** `store`: as it is to be read. */
interface OpenedLog {
  readonly log: LocalLog | ClusterLog
  readonly cluster: ClusterLog | null
  readonly store: Store
}

async function openLog(parts: ServerParts, logger: Logger, given: LogGiven): Promise<OpenedLog | null> {
  const { store, clock, random } = parts
  if (parts.cluster) {
    const cluster = await parts.cluster.join({ ...given, store, clock, random, logger })
    return { log: cluster, cluster, store: new CommittedReads(store, () => cluster.flushWrites()) }
  }
  const durable = await store.load(reservedAhead)
  if (!durable.ok) return null
  given.community.load(durable.value)
  return { log: new LocalLog({ ...given, store, clock, random, logger }, durable.value), cluster: null, store }
}
