import { Accounts } from './accounts.ts'
import { Audience } from './audience.ts'
import { Mailboxes } from './mailboxes.ts'
import type { Bus } from './ports/bus.ts'
import type { Clock } from './ports/clock.ts'
import type { Passwords } from './ports/passwords.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import { defaultCoreSettings, type CoreSettings } from './settings.ts'
import { Talk } from './talk.ts'
import { Users } from './users.ts'

/** What the core needs from the world. Each port has a reference implementation in `memory/` and a suite in `suites/`. */
export interface CorePorts {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly random: Random
  readonly passwords: Passwords
}

/**
 * The community: the face that the protocols see. One member per feature, one file per member. It knows no protocol,
 * no socket and no text that a user reads.
 */
export interface Core {
  readonly users: Users
  readonly talk: Talk
  readonly mailboxes: Mailboxes
  readonly accounts: Accounts
}

export function createCore(ports: CorePorts, settings: CoreSettings = defaultCoreSettings): Core {
  const { store, bus, clock, passwords } = ports
  const accounts = new Accounts(store, passwords, clock, settings.passwords)
  const audience = new Audience()
  const users = new Users({ accounts, audience, bus, clock, messageRate: settings.messageRate })
  const mailboxes = new Mailboxes(store, clock, users)
  const talk = new Talk(users, accounts, mailboxes)
  bus.subscribe((address, event) => users.hear(address, event))
  return { users, talk, mailboxes, accounts }
}

export type { Accounts } from './accounts.ts'
export { MemoryBus } from './memory/bus.ts'
export { EachMember } from './memory/channel.ts'
export type { Address, ChatEvent, EventKind } from './events.ts'
export type { FileNotice, FileOffer } from './files.ts'
export type { KeyNotice } from './keys.ts'
export { keyOf, parseUserName, type GroupName, type NameFailure, type NameKey, type UserName } from './names.ts'
export type { Ability, Notice } from './notices.ts'
export type { Bus } from './ports/bus.ts'
export type { Channel, Subscriber, Wire } from './ports/channel.ts'
export type { Cancel, Clock } from './ports/clock.ts'
export type { Passwords } from './ports/passwords.ts'
export type { Random } from './ports/random.ts'
export type { Account, Letter, MailboxLimits, Store, StoreFailure } from './ports/store.ts'
export { done, fail, ok, type Result } from './result.ts'
export { defaultCoreSettings, type CoreSettings, type PasswordLimits, type Rate } from './settings.ts'
export type { BroadcastFailure, TellFailure } from './talk.ts'
export type { Presence, SignIn, SignInFailure } from './users.ts'
