export type {
  FileOffer,
  FileSource,
  Game,
  Groups,
  IncomingFile,
  Letter,
  ListedGroup,
  Mailbox,
  Sealing,
  SentFile,
  Delivery,
  Tunnel,
  TunnelRequest,
  Tunnels,
} from './abilities.ts'
export { ChatError, type Ability, type Chat, type ChatErrorCode, type Secrecy } from './chat.ts'
export { systemClock, type Clock } from './clock.ts'
export { connect } from './connect.ts'
export type { ChatEvents } from './events.ts'
export type { Link, Transport, Where } from './link.ts'
export type { ConnectOptions } from './options.ts'
export { parley1 } from './sealing/parley-1.ts'
export type { Identity, InteropProfiles, InteropProtocol, Profile } from './sealing/profile.ts'
export { MemoryTrust, type TrustStore } from './sealing/trust.ts'
export { parseChatUrl, type ChatUrl } from './url.ts'
