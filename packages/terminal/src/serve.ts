import {
  Argon2Passwords,
  listenersOf,
  lockDataDirectory,
  openDiskSpool,
  openJsonLog,
  openSqliteStore,
  protocols,
  startServer,
  systemClock,
  systemRandom,
  type Listening,
  type LogSettings,
  type Log,
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
  const listeners = listenersOf(settings, protocols)
  if (!listeners.ok) return complain(streams, listeners.message, 2)

  const opened = await openJsonLog(logFor(options, settings, streams))
  if (!opened.ok) return complain(streams, opened.message, 1)
  const { log } = opened
  logFaults(log)

  const lock = lockDataDirectory(settings.data)
  if (!lock.ok) return complain(streams, lock.problem.message, 1)
  const form = options.log ?? (streams.output.isTTY ? 'text' : 'json')
  const failure = await runServer(settings, log, (listening) => {
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

/** Answers after the stop, with null or with why it never started. */
async function runServer(
  settings: PlacedSettings,
  log: Log,
  announce: (listening: readonly Listening[]) => void,
): Promise<string | null> {
  const store = openSqliteStore(settings.data, settings.mailbox, log)
  if (!store.ok) return store.problem.message
  const spool = await openDiskSpool(join(settings.data, 'spool'), settings.limits.spoolBytes, log)
  const started = await startServer(settings, {
    store: store.value,
    passwords: new Argon2Passwords(),
    clock: systemClock,
    random: systemRandom,
    log,
    spool,
  })
  if (!started.ok) {
    await store.value.close()
    return started.message
  }
  const stopped = untilSignal()
  announce(started.value.listening)
  log.info({ listening: started.value.listening, data: settings.data }, 'ready')
  const signal = await stopped
  log.info({ signal }, 'stopping')
  await started.value.stop()
  await store.value.close()
  log.info({}, 'stopped')
  return null
}

/** A fault of one connection must not end the talk of all the others. */
function logFaults(log: Log): void {
  process.on('uncaughtException', (error) => log.error({ error }, 'uncaught exception'))
  process.on('unhandledRejection', (reason) => log.error({ error: reason }, 'unhandled rejection'))
}
