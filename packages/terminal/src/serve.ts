import {
  Argon2Passwords,
  HookAdmin,
  listenersOf,
  openAdminListener,
  parseAdminAddress,
  lockDataDirectory,
  membershipProblem,
  openDiskSpool,
  openJsonLogger,
  openKnownAddresses,
  openSqliteStore,
  schemes,
  startAdminServer,
  startServer,
  systemClock,
  systemRandom,
  warnOfAccess,
  type JsonLogger,
  type LogSettings,
  type OpenedCluster,
  type Logger,
  type RunningServer,
  type SpoolLimits,
} from '@parley/server'
import { pageDirectory } from '@parley/web'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { announcement, type AnnounceForm } from './announce.ts'
import { settingsOf, type PlacedSettings, type SettingOptions } from './settings.ts'
import { onHangUp, untilSignal } from './signals.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

export interface ServeOptions extends SettingOptions {
  /** How listeners are announced; without it text on a terminal and json elsewhere. */
  readonly log?: AnnounceForm
}

/** `parley serve`: runs until a signal and then stops in order. */
export async function serve(options: ServeOptions, streams: Streams): Promise<ExitCode> {
  const found = await settingsOf(options)
  if (!found.ok) return complain(streams, found.message, 2)
  const { settings } = found
  const listeners = listenersOf(settings, schemes)
  if (!listeners.ok) return complain(streams, listeners.message, 2)

  const opened = await openJsonLogger(logFor(options, settings, streams))
  if (!opened.ok) return complain(streams, opened.message, 1)
  const { logger } = opened
  logFaults(logger)

  const cluster = await clusterOf(settings, logger)
  if (!cluster.ok) return complain(streams, cluster.message, 1)
  const lock = lockDataDirectory(settings.data)
  if (!lock.ok) return complain(streams, lock.problem.message, 1)
  const form = options.log ?? (streams.output.isTTY ? 'text' : 'json')
  let reload = async (): Promise<void> => {}
  onHangUp(() => reload())
  const failure = await runServer(settings, cluster.value, logger, ({ listening }, change) => {
    streams.output.write(announcement(listening, settings.data, form))
    reload = async () => {
      const problem = await reloadFrom(options, streams, logger, change)
      if (problem === null) logger.info({}, 'reloaded')
      else logger.error({ problem }, 'not reloaded: the settings stay as they were')
    }
  })
  lock.value.release()
  await cluster.value?.close()
  await logger.close()
  return failure === null ? 0 : complain(streams, failure, 1)
}

/** Settings, certificates and the file of the log are read anew. Returns why nothing has changed, or null. */
async function reloadFrom(
  options: ServeOptions,
  streams: Streams,
  logger: JsonLogger,
  change: (settings: PlacedSettings) => string | null,
): Promise<string | null> {
  const found = await settingsOf(options)
  if (!found.ok) return found.message
  return change(found.settings) ?? (await logger.reopen(logFor(options, found.settings, streams)))
}

/** On a terminal where nobody asked for a log, only what somebody should look into is shown beside the announcement. */
function logFor(options: ServeOptions, { log }: PlacedSettings, { output }: Streams): LogSettings {
  const asked = options.logLevel !== undefined || options.config !== undefined || log.file !== null
  return asked || !output.isTTY ? log : { ...log, level: 'warn' }
}

type ClusterFound =
  { readonly ok: true; readonly value: OpenedCluster | null } | { readonly ok: false; readonly message: string }

/** What this node is part of; null: it is the only one. */
async function clusterOf(settings: PlacedSettings, logger: Logger): Promise<ClusterFound> {
  const { cluster, data } = settings
  if (cluster === null) {
    const message = membershipProblem(data)
    return message === null ? { ok: true, value: null } : { ok: false, message }
  }
  // Loaded where there are several nodes only.
  const { openCluster } = await import('@parley/server/cluster')
  return openCluster(data, { ...settings, cluster }, { clock: systemClock, random: systemRandom, logger })
}

/** Returns after the stop, with null or with why it never started. */
async function runServer(
  settings: PlacedSettings,
  cluster: OpenedCluster | null,
  logger: Logger,
  ready: (server: RunningServer, change: (settings: PlacedSettings) => string | null) => void,
): Promise<string | null> {
  const { data: directory } = settings
  warnOfAccess(directory, logger)
  const opened = openSqliteStore(directory, logger, settings.disk.reserveBytes)
  if (!opened.ok) return opened.problem.message
  const store = opened.value
  const passwords = new Argon2Passwords()
  const spoolLimits = spoolLimitsOf(settings)
  const spool = await openDiskSpool(join(directory, 'spool'), spoolLimits, logger)
  const clock = systemClock
  const addresses = openKnownAddresses(join(directory, 'known-addresses.json'), clock, logger)
  const { known } = addresses
  const parts = { store, passwords, known, clock, random: systemRandom, logger, spool, page: pageDirectory }
  const started = await startServer(settings, cluster ? { ...parts, cluster: cluster.parts } : parts)
  if (!started.ok) {
    await store.close()
    return started.message
  }
  void store.checkHistory(() => pause(checkPauseMs, undefined, { ref: false }))
  const { community, submit, stop, reload, metrics, administration: admin, surroundings, saved } = started.value
  const snapshotter = started.value.cluster && cluster?.begin(started.value.cluster)
  const hooks = new HookAdmin({ hooks: community.hooks, submit, random: systemRandom })
  const shutDownAsked = new Promise<'shutdown'>((resolve) => (surroundings.shutDown = () => resolve('shutdown')))
  const adminServer = await startAdminServer({ directory, admin, hooks, saved, logger })
  const address = settings.adminListen === null ? null : parseAdminAddress(settings.adminListen)
  const adminListener = address && adminServer.ok ? await openAdminListener(address, metrics) : null
  if (adminListener?.ok) logger.info({ host: adminListener.value.host, port: adminListener.value.port }, 'metrics')
  const why = adminServer.ok && adminListener?.ok !== false ? await untilStopped(started.value) : null
  if (adminListener?.ok) await adminListener.value.close()
  // The log takes nothing after the stop, so what the operator asked for comes before.
  if (adminServer.ok) await adminServer.value.close()
  await stop()
  await snapshotter?.close()
  addresses.close()
  await store.close()
  logger.info({}, 'stopped')
  if (adminListener?.ok === false) return adminListener.message
  if (why === 'unfit') return 'This node can take part in the cluster no more; the log says why.'
  return adminServer.ok ? null : adminServer.message

  async function untilStopped(server: RunningServer): Promise<string> {
    const stopped = untilSignal()
    ready(server, (next) => {
      const reloaded = reload(next)
      if (!reloaded.ok) return reloaded.message
      Object.assign(spoolLimits, spoolLimitsOf(next))
      return null
    })
    logger.info({ listening: server.listening, data: directory }, 'ready')
    const unfit = cluster ? cluster.unfit.then(() => 'unfit' as const) : new Promise<never>(() => {})
    const signal = await Promise.race([stopped, shutDownAsked, unfit])
    logger.info({ signal }, 'stopping')
    return signal
  }
}

/** Between two pieces of history that are checked: a million messages take about two minutes, beside everything else. */
const checkPauseMs = 50

function spoolLimitsOf({ limits, disk }: PlacedSettings): SpoolLimits {
  return { quota: limits.spoolBytes, leaves: disk.spoolLeavesBytes }
}

/** A fault of one connection must not end the talk of all the others. */
function logFaults(logger: Logger): void {
  process.on('uncaughtException', (error) => logger.error({ error }, 'uncaught exception'))
  process.on('unhandledRejection', (reason) => logger.error({ error: reason }, 'unhandled rejection'))
}
