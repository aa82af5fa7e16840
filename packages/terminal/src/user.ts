import { createCore, MemoryBus, parseUserName, type Core, type UserName } from '@parley/core'
import { Argon2Passwords, openSqliteStore, systemClock, systemRandom } from '@parley/server'
import { passwordFailures, readNewPassword } from './password-input.ts'
import { settingsOf, type PlaceOptions } from './settings.ts'
import { nameRefusals, nameWarnings, passwordRefusal, passwordWarnings } from './sign-in-rules.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

export interface UserOptions extends PlaceOptions {
  readonly passwordStdin?: boolean
}

type Accounts = Core['accounts']

/** `parley user add` */
export function add(name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return withAccount(name, options, streams, async (accounts, user) => {
    const exists = `The name ${user} is registered already; parley user passwd ${user} changes its password.`
    const found = await accounts.find(user)
    if (!found.ok) return complain(streams, unavailable, 1)
    if (found.value) return complain(streams, exists, 1)
    for (const warning of nameWarnings(user)) warn(streams, warning)
    const password = await newPassword(options, streams)
    if (password === null) return 1
    const added = await accounts.add(user, password)
    if (added.ok) return report(streams, `Registered ${user}.`)
    return complain(streams, added.fail === 'account-exists' ? exists : unavailable, 1)
  })
}

/** `parley user passwd` */
export function passwd(name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return withAccount(name, options, streams, async (accounts, user) => {
    const found = await accounts.find(user)
    if (!found.ok) return complain(streams, unavailable, 1)
    if (!found.value) return complain(streams, unknown(user), 1)
    const password = await newPassword(options, streams)
    if (password === null) return 1
    const set = await accounts.setPassword(user, password)
    if (set.ok) return report(streams, `Changed the password of ${found.value.name}.`)
    return complain(streams, set.fail === 'no-such-account' ? unknown(user) : unavailable, 1)
  })
}

/** `parley user remove` */
export function remove(name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return withAccount(name, options, streams, async (accounts, user) => {
    const removed = await accounts.remove(user)
    if (removed.ok) return report(streams, `Removed ${user} and what waited for it.`)
    return complain(streams, removed.fail === 'no-such-account' ? unknown(user) : unavailable, 1)
  })
}

/** `parley user list` */
export function list(_name: string, options: UserOptions, streams: Streams): Promise<ExitCode> {
  return withAccounts(options, streams, async (accounts) => {
    const listed = await accounts.list()
    if (!listed.ok) return complain(streams, unavailable, 1)
    streams.output.write(listed.value.map((account) => `${account.name}\n`).join(''))
    return 0
  })
}

const unavailable = 'The data could not be read or written (is the disk full?); nothing was changed.'

function unknown(name: string): string {
  return `Nobody is registered as ${name}; parley user list shows who is.`
}

function report({ output }: Streams, message: string): ExitCode {
  output.write(`${message}\n`)
  return 0
}

function warn({ errors }: Streams, message: string): void {
  errors.write(`warning: ${message}\n`)
}

/** null: there is none, and why has been said. */
async function newPassword({ passwordStdin = false }: UserOptions, streams: Streams): Promise<string | null> {
  const read = await readNewPassword(streams, passwordStdin)
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
  work: (accounts: Accounts, user: UserName) => Promise<ExitCode>,
): Promise<ExitCode> {
  const parsed = parseUserName(name)
  if (!parsed.ok) return complain(streams, `${JSON.stringify(name)}: ${nameRefusals[parsed.fail]}.`, 2)
  return withAccounts(options, streams, (accounts) => work(accounts, parsed.value))
}

/** Takes no lock: accounts may change while a server runs. */
async function withAccounts(
  options: UserOptions,
  streams: Streams,
  work: (accounts: Accounts) => Promise<ExitCode>,
): Promise<ExitCode> {
  const found = await settingsOf(options)
  if (!found.ok) return complain(streams, found.message, 2)
  const { settings } = found
  const opened = openSqliteStore(settings.data, settings.mailbox)
  if (!opened.ok) return complain(streams, opened.problem.message, 1)
  const store = opened.value
  const ports = { store, bus: new MemoryBus().join(), clock: systemClock, random: systemRandom }
  try {
    return await work(createCore({ ...ports, passwords: new Argon2Passwords() }).accounts)
  } finally {
    await store.close()
  }
}
