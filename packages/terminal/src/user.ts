import { keyOf, parseUserName, type UserName } from '@parley/core'
import { userInfo } from 'node:os'
import { passwordFailures, readNewPassword } from './password-input.ts'
import type { PlaceOptions } from './settings.ts'
import { nameRefusals, nameWarnings, passwordRefusal, passwordWarnings } from './sign-in-rules.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'
import { report, unavailable, withData, type Ask } from './with-data.ts'

export interface UserOptions extends PlaceOptions {
  readonly passwordStdin?: boolean
  /** Its first line is the password. */
  readonly passwordFile?: string
}

/** `parley user add` */
export function add(name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return withAccount(name, options, streams, async (ask, user) => {
    const exists = `The name ${user} is registered already; parley user passwd ${user} changes its password.`
    const found = await ask({ do: 'user.find', name: user })
    if (!found) return 1
    if (found.ok) return complain(streams, exists, 1)
    for (const warning of nameWarnings(user)) warn(streams, warning)
    const password = await newPassword(options, streams)
    if (password === null) return 1
    const added = await ask({ do: 'user.add', name: user, password, by: operator() })
    if (!added) return 1
    if (added.ok) return report(streams, `Registered ${added.value}.`)
    const refusals = { 'account-exists': exists, 'hook-exists': ofBot(user), 'admins-only': adminsOnly, unavailable }
    return complain(streams, refusals[added.fail], 1)
  })
}

/** `parley user passwd` */
export function passwd(name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return withAccount(name, options, streams, async (ask, user) => {
    const found = await ask({ do: 'user.find', name: user })
    if (!found) return 1
    if (!found.ok) return complain(streams, unknown(user), 1)
    const password = await newPassword(options, streams)
    if (password === null) return 1
    const changed = await ask({ do: 'user.password', name: user, password, by: operator() })
    if (!changed) return 1
    if (changed.ok) return report(streams, `Changed the password of ${changed.value}.`)
    return complain(streams, changed.fail === 'no-such-account' ? unknown(user) : unavailable, 1)
  })
}

/** `parley user promote` */
export function promote(name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return setAdmin(name, true, options, streams)
}

/** `parley user demote` */
export function demote(name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return setAdmin(name, false, options, streams)
}

function setAdmin(name: string, isAdmin: boolean, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return withAccount(name, options, streams, async (ask, user) => {
    const set = await ask({ do: 'admin.set', name: user, isAdmin, by: operator() })
    if (!set) return 1
    if (set.ok) return report(streams, isAdmin ? `${user} is an admin.` : `${user} is no admin any more.`)
    return complain(streams, set.fail === 'no-such-account' ? unknown(user) : unavailable, 1)
  })
}

/** `parley user remove` */
export function remove(name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return withAccount(name, options, streams, async (ask, user) => {
    const removed = await ask({ do: 'user.remove', name: user, by: operator() })
    if (!removed) return 1
    if (removed.ok) return report(streams, `Removed ${removed.value} and what waited for it.`)
    return complain(streams, removed.fail === 'no-such-account' ? unknown(user) : unavailable, 1)
  })
}

/** `parley user list` */
export function list(_name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return withData(options, streams, async (ask) => {
    const listed = await ask({ do: 'user.list' })
    const shown = await ask({ do: 'moderation.show' })
    if (!listed?.ok || !shown?.ok) return 1
    const isAdmin = (name: UserName) => shown.value.admins.includes(keyOf(name))
    streams.output.write(listed.value.map((name) => `${name}${isAdmin(name) ? '\tadmin' : ''}\n`).join(''))
    return 0
  })
}

const adminsOnly = 'Only admins may do this.'

/** Who asks, as the system calls them. */
function operator(): string {
  return userInfo().username
}

function ofBot(name: string): string {
  return `${name} is the name of a bot; parley hook list shows it.`
}

function unknown(name: string): string {
  return `Nobody is registered as ${name}; parley user list shows who is.`
}

function warn({ errors }: Streams, message: string): void {
  errors.write(`warning: ${message}\n`)
}

/** null: there is none, and why has been said. */
async function newPassword(
  { passwordStdin = false, passwordFile }: UserOptions,
  streams: Streams,
): Promise<string | null> {
  const read = await readNewPassword(streams, { fromInput: passwordStdin, file: passwordFile })
  const refusal = read.ok ? passwordRefusal(read.value) : passwordFailures[read.fail]
  if (refusal !== null) complain(streams, refusal, 1)
  if (!read.ok || refusal !== null) return null
  for (const warning of passwordWarnings(read.value)) warn(streams, warning)
  return read.value
}

async function withAccount(
  name: string,
  options: UserOptions,
  streams: Streams,
  work: (ask: Ask, user: UserName) => Promise<ExitCode>,
): Promise<ExitCode> {
  const parsed = parseUserName(name)
  if (!parsed.ok) return complain(streams, `${JSON.stringify(name)}: ${nameRefusals[parsed.fail]}.`, 2)
  return withData(options, streams, (ask) => work(ask, parsed.value))
}
