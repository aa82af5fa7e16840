export type { Ability } from './abilities.ts'
export { ChatError, type ChatErrorCode } from './chat-error.ts'
export type { Chat } from './chat.ts'
export { systemClock, type Clock } from './clock.ts'
export { connect, requireAbility } from './connect.ts'
export type { Backup, Device, Devices } from './devices.ts'
export type { ChatEvents } from './events.ts'
export type {
  Delivery,
  FetchOptions,
  FileOffer,
  FileSource,
  Game,
  Groups,
  IncomingFile,
  ListedGroup,
  Mailbox,
  Sealing,
  Secrecy,
  SentFile,
  StoredMessage,
  Tunnel,
  TunnelRequest,
  Tunnels,
} from './features.ts'
export type { History, ListedConversation, Page, PageAt, PastBody, PastMessage, SearchOptions } from './history.ts'
export type { Link, Transport, Where } from './link.ts'
export { nothingRemembered, PassingMemory, type Memory, type Remembered, type UnsentMessage } from './memory.ts'
export type { ConnectOptions } from './options.ts'
export { parley1 } from './sealing/parley-1.ts'
export type { Identity, InteropProfiles, InteropProtocol, Profile } from './sealing/profile.ts'
export { MemoryTrust, type TrustStore } from './sealing/trust.ts'
export type { ConversationId, SayOptions, Stamp } from './stamp.ts'
export { parseChatUrl, type ChatUrl } from './url.ts'
