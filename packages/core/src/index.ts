/**
 * The community as the rest of the project sees it. Read `community.ts` first, where every command
 * comes in, and then `handlers.ts`, which lists them and what carries them out. Nothing here knows a
 * protocol, a socket, a clock or a text that a user reads.
 */
export { type AccountProof } from './accounts.ts'
export {
  hasForm,
  type Capabilities,
  type FileCapability,
  type OpaqueForm,
  type SealingCapability,
} from './capabilities.ts'
export type { Command, CommandNamed, FailureOf, RatedCommand, ResultOf, Results } from './commands.ts'
export { Community, type Applied } from './community.ts'
export {
  conversationKey,
  conversationName,
  everyone,
  groupConversation,
  kindOf,
  parseConversation,
  partiesOf,
  privateConversation,
  type Conversation,
  type ConversationKey,
  type ConversationKind,
} from './conversation.ts'
export type { DeletableMessage } from './deletions.ts'
export type { Entry, Stamp } from './entry.ts'
export type { Addressed, ChatEvent, ConnectionEvent, EndEvent, EventKind } from './events.ts'
export type { FileDescription, FileEvent, FileOffer, FileOutcome, TransferId } from './file-events.ts'
export type { Transfer } from './files.ts'
export type { Verdict } from './game.ts'
export type { GroupSummary } from './groups.ts'
export type { Keepable, Named, Said } from './keepable.ts'
export type { Decider } from './admins.ts'
export type { Moderation, ModerationCommand } from './moderation.ts'
export {
  auditedAtMost,
  levels,
  noModeration,
  type AuditEntry,
  type Level,
  type SavedModeration,
  type SlowRate,
} from './moderation-state.ts'
export { addressedNotKept, resultNotKept } from './not-kept.ts'
export type { KeptMessage } from './kept-message.ts'
export type { KeptLimits } from './kept-bytes.ts'
export type { KeyEvent } from './key-events.ts'
export type { HookEvent } from './hook-events.ts'
export { LazyMap } from './lazy-map.ts'
export {
  keyOf,
  parseGroupName,
  parseUserName,
  sameName,
  type ConnectionId,
  type GroupName,
  type NameFailure,
  type NameKey,
  type NodeId,
  type UserName,
} from './names.ts'
export { silenceMs, type Node, type NodeCommand, type Nodes } from './nodes.ts'
export type { Cancel, Clock } from './ports/clock.ts'
export type { Digests, RunningDigest } from './ports/digests.ts'
export type {
  ConversationSummary,
  HistoryPage,
  HistoryPosition,
  HistorySearch,
  HistoryStore,
  HistoryStretch,
  Reader,
} from './ports/history-store.ts'
export type { Link } from './ports/link.ts'
export type { Hears, Log, Told } from './ports/log.ts'
export type { AcceptLink, LinkHeader, NodeLinks } from './ports/node-links.ts'
export type { Passwords } from './ports/passwords.ts'
export type { Random } from './ports/random.ts'
export type { Spool, SpoolFailure, SpoolFile } from './ports/spool.ts'
export type { Store } from './ports/store.ts'
export type { Wire } from './ports/wire.ts'
export { done, fail, ok, type Result } from './result.ts'
export { parseSubject, type Measure, type Sanction, type Subject } from './sanctions.ts'
export {
  defaultCommunitySettings,
  defaultRetention,
  type CommunitySettings,
  type HistorySettings,
  type MailboxLimits,
  type Retention,
} from './settings.ts'
export type { Snapshot } from './snapshot.ts'
export { parseText, utf8Bytes, type Text } from './text.ts'
export type { TunnelAbortion, TunnelEvent, TunnelName, TunnelSide } from './tunnel-events.ts'
export type { OnlineConnection, User } from './users.ts'
export {
  makesRoom,
  type Account,
  type Device,
  type DurableState,
  type GroupRecord,
  type HistoryPrune,
  type Hook,
  type HookCalls,
  type PublicKeyRecord,
  type StoredMessage,
  type WaitingMessage,
  type Write,
} from './writes.ts'
