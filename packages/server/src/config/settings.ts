import { defaultCommunitySettings, type HistorySettings, type MailboxLimits } from '@parley/core'
import type { Rate } from '@parley/protocols'

/**
 * Everything that can be set. `parley.example.jsonc` shows it with these defaults and in the same
 * order.
 */
export interface Settings {
  /** What the greetings call this server. */
  readonly name: string
  /**
   * Listener URLs: `ident://127.0.0.1:1337?texts=course`. Empty: every protocol on its default port
   * of `host`.
   */
  readonly listen: readonly string[]
  /** Where listeners without a host of their own listen. */
  readonly host: string
  /** Where metrics and health are served over HTTP, `HOST:PORT`; null: nowhere. */
  readonly adminListen: string | null
  /** The data directory; null: `parley` under the user's data directory. */
  readonly data: string | null
  /** PEM files for the listeners over TLS. */
  readonly tls: { readonly certificate: string; readonly key: string } | null
  readonly log: LogSettings
  readonly limits: Limits
  readonly mailbox: MailboxLimits
  readonly history: HistorySettings
  readonly passwords: PasswordLimits
  readonly disk: DiskLimits
  readonly hooks: HookSettings
  /** null: this process is the only one of its community. */
  readonly cluster: ClusterSettings | null
}

/** How this process is one of several nodes. */
export interface ClusterSettings {
  /** `parseClusterUrl` */
  readonly url: string
  /** What this node is called; null: a name that is made once and kept with the data. */
  readonly node: string | null
  /** A file that NATS has made for its user; null: the URL says who it is. */
  readonly credentials: string | null
  /** PEM files for the connection to NATS. */
  readonly tls: { readonly ca: string | null; readonly certificate: string | null; readonly key: string | null } | null
  /** How often NATS keeps everything; null: three times where it has three servers. */
  readonly replicas: number | null
}

/** The disk of the data directory. Bytes. */
export interface DiskLimits {
  /**
   * Room that is kept for the day when the disk is full: messages can still be removed then. 0:
   * none.
   */
  readonly reserveBytes: number
  /** What files on their way leave free for the database. */
  readonly spoolLeavesBytes: number
}

/**
 * Failed passwords a minute, after which the answer comes late and without a look at the password
 * (X-3).
 */
export interface PasswordLimits {
  readonly perNameAndAddress: number
  readonly perAddress: number
  readonly perName: number
}

export interface HookSettings {
  /** Whether the URLs of hooks may be on this machine and in private networks. */
  readonly privateAddresses: boolean
}

export interface LogSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** null: standard error. */
  readonly file: string | null
}

/** Every limit is in `limit-table.ts` as well, which says what happens at it. */
export interface Limits extends NetLimits, FileLimits, UserRateLimits {
  readonly groupsPerUser: number
  readonly tunnelsPerUser: number
  /** Bytes of keys and offers that are kept for one user, or one address of guests, at a time. */
  readonly keptBytes: number
}

/** How often a user may do what has a rate; null: as often as it likes. */
export interface UserRateLimits {
  /** What other people hear. */
  readonly messageRate: Rate | null
  /** New public keys, which everybody hears who holds all of them. */
  readonly keyRate: Rate | null
  /** Session keys, which go ahead of messages that no message's rate limits. */
  readonly sessionKeyRate: Rate | null
  /** Questions for somebody's public key. */
  readonly keyQuestionRate: Rate | null
  readonly fileOfferRate: Rate | null
  /** Read marks. Whoever goes through all conversations sets many, one after the other. */
  readonly markRate: Rate | null
}

/** Bytes. */
interface FileLimits {
  /** The largest file that is passed on. */
  readonly fileBytes: number
  /** All files together that wait here at a time. */
  readonly spoolBytes: number
  /** What has to move of a file each minute. */
  readonly fileBytesPerMinute: number
}

/** What a connection may ask of the server. */
export interface NetLimits {
  /** In all. */
  readonly connections: number
  /** Loopback is exempt. */
  readonly connectionsPerAddress: number
  /** Sign-ins from one address; null: no limit. Loopback is exempt. */
  readonly signInRate: Rate | null
  /** Bytes that the process is to stay under. `memoryBudget` says how they are divided. */
  readonly memory: number
  readonly signInSeconds: number
  /** Commands after which a connection ends on which nobody has signed in. */
  readonly refusedBeforeSignIn: number
  /** Bytes. */
  readonly frameBeforeSignIn: number
  readonly frame: number
  /** Bytes that a reader may be behind before it is dropped. */
  readonly unsentBytes: number
  /**
   * Ports for transfer listeners, such as the file port of each `helo` transfer (H-11); null: any
   * free one.
   */
  readonly transferPorts: { readonly first: number; readonly last: number } | null
}

export const defaultSettings: Settings = {
  name: 'Parley',
  listen: [],
  host: '127.0.0.1',
  adminListen: null,
  data: null,
  tls: null,
  log: { level: 'info', file: null },
  limits: {
    memory: 300 * 1_048_576,
    connections: 12_000,
    connectionsPerAddress: 64,
    signInRate: { burst: 20, perSecond: 2 },
    signInSeconds: 60,
    refusedBeforeSignIn: 100,
    frameBeforeSignIn: 16_384,
    frame: 65_536,
    unsentBytes: 1_048_576,
    transferPorts: null,
    messageRate: { burst: 20, perSecond: 5 },
    keyRate: { burst: 40, perSecond: 2 },
    sessionKeyRate: { burst: 20, perSecond: 5 },
    keyQuestionRate: { burst: 60, perSecond: 10 },
    fileOfferRate: { burst: 20, perSecond: 1 },
    markRate: { burst: 100, perSecond: 5 },
    keptBytes: defaultCommunitySettings.kept.perShare,
    groupsPerUser: defaultCommunitySettings.groupsPerUser,
    tunnelsPerUser: defaultCommunitySettings.tunnelsPerUser,
    fileBytes: defaultCommunitySettings.fileBytes,
    fileBytesPerMinute: 262_144,
    spoolBytes: 8_589_934_592,
  },
  mailbox: defaultCommunitySettings.mailbox,
  history: defaultCommunitySettings.history,
  passwords: { perNameAndAddress: 5, perAddress: 20, perName: 100 },
  disk: { reserveBytes: 5_242_880, spoolLeavesBytes: 268_435_456 },
  hooks: { privateAddresses: false },
  cluster: null,
}
