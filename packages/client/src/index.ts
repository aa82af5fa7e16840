export type { Ability } from './abilities.ts'
export { ChatError, type ChatErrorCode } from './chat-error.ts'
export type { Recovery } from './chat-recovery.ts'
export type { Chat } from './chat.ts'
export { systemClock, type Clock } from './clock.ts'
export { connect, requireAbility } from './connect.ts'
export type { Admin } from './admin.ts'
export type { Backup, Device, Devices } from './devices.ts'
export type { HeardMessage, Lens, LensField, Rendition } from './lens.ts'
export type { ChatEvents } from './events.ts'
export type {
  ChatGroups,
  Delivery,
  FetchOptions,
  FileOffer,
  FileSource,
  Game,
  GroupSayOptions,
  Groups,
  IncomingFile,
  ListedGroup,
  Mailbox,
  Seal,
  SealAlarm,
  Sealing,
  SealingChoice,
  Secrecy,
  SentByChat,
  SentFile,
  StoredMessage,
  Suspicion,
  Tunnel,
  TunnelOptions,
  TunnelRequest,
  Tunnels,
} from './features.ts'
export type { History, ListedConversation, Page, PageAt, PastBody, PastMessage, SearchOptions } from './history.ts'
export type { Link, Transport, Where } from './link.ts'
export { nothingRemembered, PassingMemory, type Memory, type Remembered, type UnsentMessage } from './memory.ts'
export type { ConnectOptions } from './options.ts'
export { GroupKeys, type GroupOpened } from './sealing/group-keys.ts'
export { groupBlob } from './sealing/group-message.ts'
export { sealingKeys } from './sealing/identity.ts'
export { parley1 } from './sealing/parley-1.ts'
export {
  messageHead,
  newSession,
  openMessage,
  openSession,
  sealMessage,
  type Reader,
  type Writer,
} from './sealing/parley-2.ts'
export type { Identity, InteropProfiles, InteropProtocol, Profile } from './sealing/profile.ts'
export {
  newRecoveryPhrase,
  openBackup,
  sealBackup,
  type BackupContents,
  type BackupFailure,
  type OpenedBackup,
  type Pin,
} from './sealing/recovery.ts'
export { sealFile, type SeekableFile } from './sealing/sealed-file.ts'
export { SessionMemory } from './sealing/session-memory.ts'
export { openStored, type SealedHistoryMessage } from './sealing/sealed-history.ts'
export { MemoryTrust, type ReceivedMark, type TrustStore } from './sealing/trust.ts'
export type { ConversationId, SayOptions, Stamp } from './stamp.ts'
export { parseChatUrl, type ChatUrl } from './url.ts'
