import type { Chat } from './chat.ts'
import type { Clock } from './clock.ts'
import type { Transport } from './link.ts'
import type { Memory } from './memory.ts'
import type { InteropProfiles, InteropProtocol } from './sealing/profile.ts'
import type { TrustStore } from './sealing/trust.ts'

export interface ConnectOptions {
  readonly password?: string | undefined
  /** Ends the attempt to connect, and later the chat. */
  readonly signal?: AbortSignal
  /**
   * The port of the bytes of files, where a `json` server has another than the one behind its own.
   */
  readonly filePort?: number
  /** Given by `@parley/client/node`; in a browser by the program. */
  readonly transport: Transport
  /** What it waits by. Default: the system's. */
  readonly clock?: Clock
  /** What the program remembers from one start to the next. Without it, it begins anew each time. */
  readonly memory?: Memory
  /**
   * false: a message leaves the mailbox only by `history.received`, where the protocol has that. Otherwise it
   * does when the program was told of it.
   */
  readonly acknowledges?: boolean
  /**
   * Asks for a token under this label, which the memory keeps and which is used instead of the
   * password from then on. Only for accounts, and where the protocol has devices.
   */
  readonly device?: string
  /** Keys that outlive the program; without it they are new at each start. */
  readonly trust?: TrustStore
  /** `off`: everything is plain, and no key is published. */
  readonly sealing?: 'on' | 'off'
  /**
   * How other people's clients seal, whatever the protocol of this chat. Without them only
   * `parley-1` is used.
   */
  readonly interopProfiles?: InteropProfiles
  /**
   * Which of them opens what is sent to a key that does not tell; without it nothing is sent there
   * before something was heard.
   */
  readonly interopProfile?: InteropProtocol
  /**
   * Tries again when the connection breaks: after 1 s, twice as long each time, 60 s at most.
   * Default: true.
   */
  readonly reconnect?: boolean
  /**
   * Resolves although the server cannot be reached, and goes on trying: for a program that has
   * something to show meanwhile. Any other failure rejects. Default: false.
   */
  readonly startsOffline?: boolean
  /** Emits `wire` events. */
  readonly wire?: boolean
  /**
   * Is shown the chat before it connects, to listen to: some servers speak right behind the sign-in
   * (X-5).
   */
  readonly prepare?: (chat: Chat) => void
}
