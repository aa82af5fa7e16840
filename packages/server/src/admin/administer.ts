import { Community, fail, type Log } from '@parley/core'
import { statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { LocalLog } from '../log/local-log.ts'
import { silentLogger } from '../logger.ts'
import { Argon2Passwords } from '../passwords/argon2-passwords.ts'
import { lockDataDirectory } from '../store/directory-lock.ts'
import { openLocalSqliteStore } from '../store/sqlite-store.ts'
import { takeSnapshot } from '../store/snapshot.ts'
import { systemClock } from '../system-clock.ts'
import { systemRandom } from '../system-random.ts'
import { AccountAdmin } from './account-admin.ts'
import { administrationOf } from './administration.ts'
import { askServer, type Asked } from './ask-server.ts'
import { HookAdmin } from './hook-admin.ts'
import { isHookRequest } from './hook-requests.ts'
import { ModerationAdmin } from './moderation-admin.ts'
import type { AdminRequest, AdminResults } from './requests.ts'
import { adminSocket } from './socket-path.ts'

/**
 * How long a holder of the directory may take to listen, or to be gone: a server that starts or
 * stops.
 */
const patienceMs = 5_000

export type Administered<D extends AdminRequest['do']> =
  { readonly ok: true; readonly result: AdminResults[D] } | { readonly ok: false; readonly message: string }

/**
 * Asks the server that holds a data directory, or opens the directory where no server does.
 * `message`: why neither was possible, for people. `patience` in milliseconds.
 */
export async function administer<D extends AdminRequest['do']>(
  directory: string,
  request: Extract<AdminRequest, { do: D }>,
  patience = patienceMs,
): Promise<Administered<D>> {
  const end = performance.now() + patience
  for (;;) {
    const asked = (await askServer(directory, request)) ?? (await carryOutHere(directory, request))
    if (!('inUse' in asked)) {
      const reply: { readonly ok: boolean } = asked
      return reply as Administered<D>
    }
    if (performance.now() >= end) {
      return { ok: false, message: `${asked.inUse} It does not listen at ${adminSocket(directory)}.` }
    }
    await wait(50)
  }
}

/** `inUse`: who holds the directory, for people. */
async function carryOutHere(directory: string, request: AdminRequest): Promise<Asked | { readonly inUse: string }> {
  if (request.do !== 'user.add' && request.do !== 'hook.add' && isMissing(directory))
    return withoutData(directory, request)
  if (needsServer.has(request.do)) return { ok: false, message: nobodyRuns(directory) }
  const lock = lockDataDirectory(directory)
  if (!lock.ok) {
    const { kind, message } = lock.problem
    return kind === 'directory-in-use' ? { inUse: message } : { ok: false, message }
  }
  try {
    return await carryOutAlone(directory, request)
  } finally {
    lock.value.release()
  }
}

/** What nobody can do without the server that runs. */
const needsServer: ReadonlySet<string> = new Set<AdminRequest['do']>([
  'online.list',
  'limits.show',
  'metrics.show',
  'samples.show',
  'nodes.list',
  'listeners.show',
  'user.kick',
  'announce',
  'audit.note',
])

function nobodyRuns(directory: string): string {
  return `No server runs on ${directory}. Start one with parley serve, or name its directory with --data.`
}

/** Whoever only looks, or mistyped the path, gets no new directory. */
function withoutData(directory: string, request: AdminRequest): Asked {
  if (request.do === 'user.find') return { ok: true, result: fail('no-such-account') }
  const message =
    `There is no data directory ${directory}. ` +
    'Name the one of your server with --data; a new one is made by parley serve, parley user add and parley hook add.'
  return { ok: false, message }
}

function isMissing(directory: string): boolean {
  try {
    return statSync(directory, { throwIfNoEntry: false }) === undefined
  } catch {
    // Something else is wrong with the path, and whoever opens it says what.
    return false
  }
}

async function carryOutAlone(directory: string, request: AdminRequest): Promise<Asked> {
  if (request.do === 'backup') return { ok: true, result: await takeSnapshot(directory) }
  const opened = openLocalSqliteStore(directory, silentLogger)
  if (!opened.ok) return { ok: false, message: opened.problem.message }
  const store = opened.value
  try {
    const state = await store.load()
    if (!state.ok) return { ok: false, message: `The data in ${directory} cannot be read. See whether its disk works.` }
    const community = new Community()
    community.load(state.value)
    const parts = {
      community,
      store,
      clock: systemClock,
      random: systemRandom,
      deliver: () => {},
      logger: silentLogger,
    }
    const log = new LocalLog(parts, state.value)
    const { accounts, hooks } = community
    const submit: Log['submit'] = (command, told) => log.submit(command, told)
    const nothingRuns = () => {
      throw new Error(`${request.do} needs a running server`)
    }
    const moderation = new ModerationAdmin({
      submit,
      community,
      now: () => systemClock.now(),
      limits: nothingRuns,
      metrics: nothingRuns,
      samples: nothingRuns,
      listening: nothingRuns,
      node: nothingRuns,
      shutDown: nothingRuns,
    })
    const accountAdmin = new AccountAdmin({ submit, accounts, passwords: new Argon2Passwords() })
    const result = isHookRequest(request)
      ? await new HookAdmin({ submit, hooks, random: systemRandom }).carryOut(request)
      : await administrationOf(accountAdmin, moderation).carryOut(request)
    await log.close()
    return { ok: true, result }
  } finally {
    await store.close()
  }
}
