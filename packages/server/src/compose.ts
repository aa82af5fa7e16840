import {
  Community,
  type Clock,
  type ConnectionEvent,
  type Log,
  type NodeId,
  type Passwords,
  type Random,
  type Spool,
  type Store,
} from '@parley/core'
import { FileCarrier, TunnelRelay } from '@parley/protocols'
import { boundedLogger } from './bounded-logger.ts'
import { communitySettings, LiveSettings } from './config/live-settings.ts'
import { memoryBudget } from './config/memory-budget.ts'
import type { Settings } from './config/settings.ts'
import { HookCallers } from './hooks/hook-callers.ts'
import { IncomingHooks } from './hooks/incoming-hooks.ts'
import { PageFiles } from './page/page-files.ts'
import type { Logger } from './logger.ts'
import { LocalLog, reservedAhead } from './log/local-log.ts'
import type { ConnectionServices } from './net/connection.ts'
import { Delivery } from './net/delivery.ts'
import { Flusher } from './net/flusher.ts'
import { Counters } from './metrics/counters.ts'
import { Pace } from './net/pace.ts'
import { UserRates } from './net/rates.ts'
import { SafeWires } from './net/safe-wires.ts'
import { SignInTurns } from './net/sign-in-turns.ts'
import { Turns } from './net/turns.ts'
import { nodeDigests } from './node-digests.ts'
import type { KnownAddresses } from './passwords/known-addresses.ts'
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
}

/** A community with its log and all that its connections share; null: the store cannot be read. */
export interface Composed {
  readonly community: Community
  readonly submit: Log['submit']
  readonly services: ConnectionServices
  readonly log: Pick<LocalLog, 'pendingWrites' | 'isWritable'>
  /** The settings that count at the moment. */
  readonly live: Pick<LiveSettings, 'limits' | 'passwords'>
  /** Goes by other limits and texts from here on. */
  change(settings: Settings): void
  /** Writes what is not on disk. */
  close(): Promise<void>
}

export async function compose(settings: Settings, parts: ServerParts): Promise<Composed | null> {
  const { store, clock, random, passwords, spool = null } = parts
  const logger = boundedLogger(parts.logger, clock)
  const live = new LiveSettings(settings)
  const { limits } = live
  const community = new Community(communitySettings(settings))
  const durable = await store.load(reservedAhead)
  if (!durable.ok) return null
  community.load(durable.value)

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
  const localLog = new LocalLog(
    {
      community,
      store,
      clock,
      random,
      deliver: (events, stamp, hears) => delivery.deliver(events, stamp, hears),
      hearsOnceDurable: () => delivery.hearsOnceDurable || community.hooks.size > 0,
      logger,
      committed: (ms) => counters.commits.add(ms),
    },
    durable.value,
  )
  const submit: Log['submit'] = (command, told, hears) => localLog.submit(command, told, hears)
  const callers = new HookCallers({
    community,
    store,
    submit,
    clock,
    logger,
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
  })
  const tunnels = new TunnelRelay(clock, (tunnel, report) => {
    logger.info(report, 'tunnel ended')
    void submit({ do: 'tunnel.closed', tunnel }, () => {})
  })
  const proofs = new PasswordProofs({
    accounts: community.accounts,
    passwords,
    clock,
    limits: live.passwords,
    ...(parts.known && { known: parts.known }),
  })
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
    rates: new UserRates(limits, clock, () => community.moderation.slow),
    signIns: new SignInTurns(limits, clock),
    carrier,
    tunnels,
    hooks: new IncomingHooks({ community, submit, clock, limits }),
    page: new PageFiles(parts.page ?? null),
    clock,
    random,
    logger,
    counters,
    limits,
    serverName: () => live.name,
    node: 'local' as NodeId,
    prove: (attempt) => proofs.prove(attempt),
  }
  callers.update()
  return {
    community,
    submit,
    services,
    log: localLog,
    live,
    change: (next) => {
      live.change(next)
      void submit({ do: 'settings.change', settings: communitySettings(next) }, () => {})
    },
    close: async () => {
      await callers.stop()
      await localLog.close()
    },
  }
}
