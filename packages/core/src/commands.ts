import type { AccountCommand, AccountResults } from './accounts.ts'
import type { BackupCommand, BackupResults } from './backups.ts'
import type { DeviceCommand, DeviceResults } from './devices.ts'
import type { DeletionCommand, DeletionResults } from './deletions.ts'
import type { FileCommand, FileResults } from './files.ts'
import type { GameCommand, GameResults } from './game.ts'
import type { GroupCommand, GroupResults } from './group-commands.ts'
import type { HookPostCommand, HookPostResults } from './hook-posts.ts'
import type { HookCommand, HookResults } from './hooks.ts'
import type { KeyCommand, KeyResults } from './key-commands.ts'
import type { MailboxCommand, MailboxResults } from './mailboxes.ts'
import type { MarkCommand, MarkResults } from './marks.ts'
import type { ModerationCommand, ModerationResults } from './moderation.ts'
import type { NodeCommand, NodeResults } from './nodes.ts'
import type { Rated } from './rated.ts'
import type { Result } from './result.ts'
import type { CommunitySettings } from './settings.ts'
import type { TalkCommand, TalkResults } from './talk.ts'
import type { TunnelCommand, TunnelResults } from './tunnels.ts'
import type { UserCommand, UserResults } from './users.ts'
import type { DurableState } from './writes.ts'

/**
 * All that may happen to a community. Plain data that survives JSON. One feature's commands are in
 * its file.
 */
export type Command =
  | UserCommand
  | TalkCommand
  | DeletionCommand
  | MailboxCommand
  | GroupCommand
  | KeyCommand
  | GameCommand
  | FileCommand
  | TunnelCommand
  | AccountCommand
  | DeviceCommand
  | MarkCommand
  | BackupCommand
  | ModerationCommand
  | SettingsCommand
  | HookCommand
  | HookPostCommand
  | NodeCommand
  | LogCommand

/** From the operator. */
interface SettingsCommand {
  /** From here on these count. What was allowed before stays. */
  readonly do: 'settings.change'
  readonly settings: CommunitySettings
}

/** From the log itself. */
type LogCommand =
  /** Nothing but time. */
  | { readonly do: 'tick' }
  /**
   * The store could not carry out the latest writes: what it holds counts, and nothing of those
   * happened.
   */
  | { readonly do: 'store.reset'; readonly state: DurableState }

/** What each command returns. */
export interface Results
  extends
    UserResults,
    TalkResults,
    DeletionResults,
    MailboxResults,
    GroupResults,
    KeyResults,
    GameResults,
    FileResults,
    TunnelResults,
    AccountResults,
    DeviceResults,
    MarkResults,
    BackupResults,
    ModerationResults,
    HookResults,
    HookPostResults,
    NodeResults {
  'settings.change': Result<void, never>
  tick: Result<void, never>
  'store.reset': Result<void, never>
}

/** The names of the commands that have a rate. */
export type RatedCommand = Extract<Command, Rated>['do']
export type ResultOf<C extends Command> = Results[C['do']]
export type CommandNamed<D extends Command['do']> = Extract<Command, { do: D }>
/** Why a command was not carried out, in the words that its feature lists. */
export type FailureOf<D extends Command['do']> = Extract<Results[D], { ok: false }>['fail']
