import { Accounts } from './accounts.ts'
import { Audience } from './audience.ts'
import { Files } from './files.ts'
import { Game } from './game.ts'
import { Groups } from './groups.ts'
import type { Spooling } from './held-file.ts'
import { Keys } from './keys.ts'
import { Mailboxes } from './mailboxes.ts'
import type { Bus } from './ports/bus.ts'
import type { Clock } from './ports/clock.ts'
import type { Passwords } from './ports/passwords.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import { defaultCoreSettings, type CoreSettings } from './settings.ts'
import { Talk } from './talk.ts'
import { Tunnels } from './tunnels.ts'
import { Users } from './users.ts'

/** What the core needs from the world. Each port has a reference implementation in `memory/` and a suite in `suites/`. */
export interface CorePorts {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly random: Random
  readonly passwords: Passwords
  /** Where absent, files go only between users who move them in the same way. */
  readonly spooling?: Spooling
}

/**
 * The community: the face that the protocols see. One member per feature, one file per member. It knows no protocol,
 * no socket and no text that a user reads.
 */
export interface Core {
  readonly users: Users
  readonly talk: Talk
  readonly mailboxes: Mailboxes
  readonly groups: Groups
  readonly accounts: Accounts
  readonly keys: Keys
  readonly game: Game
  readonly files: Files
  readonly tunnels: Tunnels
}

export function createCore(ports: CorePorts, settings: CoreSettings = defaultCoreSettings): Core {
  const { store, bus, clock, random, passwords } = ports
  const accounts = new Accounts(store, passwords, clock, settings.passwords)
  const audience = new Audience()
  const users = new Users({ accounts, audience, bus, clock, messageRate: settings.messageRate })
  const mailboxes = new Mailboxes(store, clock, users)
  const talk = new Talk(users, accounts, mailboxes)
  const groups = new Groups(store, users, settings.groupsPerUser)
  const keys = new Keys(users, clock)
  const game = new Game({ users, clock, random })
  const files = new Files({ users, clock, random, spooling: ports.spooling ?? null }, settings.fileBytes)
  const tunnels = new Tunnels(users, clock, settings.tunnelsPerUser)
  bus.subscribe((address, event) => users.hear(address, event))
  return { users, talk, mailboxes, groups, accounts, keys, game, files, tunnels }
}

export type { Accounts } from './accounts.ts'
export { MemoryBus } from './memory/bus.ts'
export { EachMember } from './memory/channel.ts'
export type { Address, ChatEvent, EventKind } from './events.ts'
export { filePatienceMs } from './file-transfer.ts'
export type { FileLink, FileOffer, FileOutcome, FileSide, FileTransfer } from './file-transfer.ts'
export type { FileDescription, FileManners, FileNotice, Files, OfferFailure } from './files.ts'
export type { GuessFailure, JoinGameFailure, StartGameFailure, Verdict } from './game.ts'
export type { HeldFile, Spooling } from './held-file.ts'
export type { HandOverFailure, KeyNotice, Keys, SealedFailure, Sealing, WantFailure } from './keys.ts'
export type {
  CreateGroupFailure,
  GroupSummary,
  JoinGroupFailure,
  KickFailure,
  LeaveGroupFailure,
  SayInGroupFailure,
} from './groups.ts'
export {
  keyOf,
  parseGroupName,
  parseUserName,
  sameName,
  type GroupName,
  type NameFailure,
  type NameKey,
  type UserName,
} from './names.ts'
export type { Ability, Notice } from './notices.ts'
export type { Bus } from './ports/bus.ts'
export type { Channel, Subscriber, Wire } from './ports/channel.ts'
export type { Cancel, Clock } from './ports/clock.ts'
export type { Digests, RunningDigest } from './ports/digests.ts'
export type { Link } from './ports/link.ts'
export type { Passwords } from './ports/passwords.ts'
export type { Random } from './ports/random.ts'
export type { Spool, SpoolFailure, SpoolFile } from './ports/spool.ts'
export type { Account, GroupRecord, Letter, MailboxLimits, Store, StoreFailure } from './ports/store.ts'
export { done, fail, ok, type Result } from './result.ts'
export { defaultCoreSettings, type CoreSettings, type PasswordLimits, type Rate } from './settings.ts'
export type { BroadcastFailure, TellFailure } from './talk.ts'
export type { TunnelAbortFailure, TunnelAskFailure, TunnelEnd, TunnelId, TunnelJoinFailure } from './tunnels.ts'
export type { Presence, SignIn, SignInFailure } from './users.ts'
