import {
  AccountAdmin,
  Argon2Passwords,
  HookAdmin,
  listenersOf,
  lockDataDirectory,
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
  type Listening,
  type LogSettings,
  type Logger,
} from '@parley/server'
import { join } from 'node:path'
import { announcement, type AnnounceForm } from './announce.ts'
import { settingsOf, type PlacedSettings, type SettingOptions } from './settings.ts'
import { untilSignal } from './signals.ts'
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

  const lock = lockDataDirectory(settings.data)
  if (!lock.ok) return complain(streams, lock.problem.message, 1)
  const form = options.log ?? (streams.output.isTTY ? 'text' : 'json')
  const failure = await runServer(settings, logger, (listening) => {
    streams.output.write(announcement(listening, settings.data, form))
  })
  lock.value.release()
  return failure === null ? 0 : complain(streams, failure, 1)
}

/** On a terminal where nobody asked for a log, only what somebody should look into is shown beside the announcement. */
function logFor(options: ServeOptions, { log }: PlacedSettings, { output }: Streams): LogSettings {
  const asked = options.logLevel !== undefined || options.config !== undefined || log.file !== null
  return asked || !output.isTTY ? log : { ...log, level: 'warn' }
}

/** Returns after the stop, with null or with why it never started. */
async function runServer(
  settings: PlacedSettings,
  logger: Logger,
  announce: (listening: readonly Listening[]) => void,
): Promise<string | null> {
  const { data: directory } = settings
  warnOfAccess(directory, logger)
  const opened = openSqliteStore(directory, logger)
  if (!opened.ok) return opened.problem.message
  const store = opened.value
  const passwords = new Argon2Passwords()
  const spool = await openDiskSpool(join(directory, 'spool'), settings.limits.spoolBytes, logger)
  const clock = systemClock
  const addresses = openKnownAddresses(join(directory, 'known-addresses.json'), clock, logger)
  const { known } = addresses
  const started = await startServer(settings, { store, passwords, known, clock, random: systemRandom, logger, spool })
  if (!started.ok) {
    await store.close()
    return started.message
  }
  const { community, submit, listening, stop } = started.value
  const admin = new AccountAdmin({ accounts: community.accounts, submit, passwords })
  const hooks = new HookAdmin({ hooks: community.hooks, submit, random: systemRandom })
  const adminServer = await startAdminServer({ directory, admin, hooks, logger })
  if (adminServer.ok) await untilStopped(listening)
  // The log takes nothing after the stop, so what the operator asked for comes before.
  if (adminServer.ok) await adminServer.value.close()
  await stop()
  addresses.close()
  await store.close()
  logger.info({}, 'stopped')
  return adminServer.ok ? null : adminServer.message

  async function untilStopped(ready: readonly Listening[]): Promise<void> {
    const stopped = untilSignal()
    announce(ready)
    logger.info({ listening: ready, data: directory }, 'ready')
    const signal = await stopped
    logger.info({ signal }, 'stopping')
  }
}

/** A fault of one connection must not end the talk of all the others. */
function logFaults(logger: Logger): void {
  process.on('uncaughtException', (error) => logger.error({ error }, 'uncaught exception'))
  process.on('unhandledRejection', (reason) => logger.error({ error: reason }, 'unhandled rejection'))
}
