export type { Ability } from './abilities.ts'
export { ChatError, type ChatErrorCode } from './chat-error.ts'
export type { Chat } from './chat.ts'
export { systemClock, type Clock } from './clock.ts'
export { connect, requireAbility } from './connect.ts'
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
export type { Link, Transport, Where } from './link.ts'
export type { ConnectOptions } from './options.ts'
export type { Seal, SealAlarm, Suspicion } from './sealing/opened.ts'
export { parley1 } from './sealing/parley-1.ts'
export type { Identity, InteropProfiles, InteropProtocol, Profile } from './sealing/profile.ts'
export { MemoryTrust, type ReceivedMark, type TrustStore } from './sealing/trust.ts'
export { parseChatUrl, type ChatUrl } from './url.ts'
