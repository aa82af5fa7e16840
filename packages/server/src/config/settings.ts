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
  /** The data directory; null: `parley` under the user's data directory. */
  readonly data: string | null
  /** PEM files for the listeners over TLS. */
  readonly tls: { readonly certificate: string; readonly key: string } | null
  readonly log: LogSettings
  readonly limits: NetLimits &
    FileLimits & { readonly messageRate: Rate | null; readonly groupsPerUser: number; readonly tunnelsPerUser: number }
  readonly mailbox: MailboxLimits
  readonly history: HistorySettings
  readonly passwords: PasswordLimits
  readonly hooks: HookSettings
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

/** Bytes. */
interface FileLimits {
  /** The largest file that is passed on. */
  readonly fileBytes: number
  /** All files together that wait here at a time. */
  readonly spoolBytes: number
}

/** What a connection may ask of the server. */
export interface NetLimits {
  /** Loopback is exempt. */
  readonly connectionsPerAddress: number
  readonly signInSeconds: number
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
  data: null,
  tls: null,
  log: { level: 'info', file: null },
  limits: {
    connectionsPerAddress: 64,
    signInSeconds: 60,
    frameBeforeSignIn: 16_384,
    frame: 65_536,
    unsentBytes: 1_048_576,
    transferPorts: null,
    messageRate: { burst: 20, perSecond: 5 },
    groupsPerUser: defaultCommunitySettings.groupsPerUser,
    tunnelsPerUser: defaultCommunitySettings.tunnelsPerUser,
    fileBytes: defaultCommunitySettings.fileBytes,
    spoolBytes: 8_589_934_592,
  },
  mailbox: defaultCommunitySettings.mailbox,
  history: defaultCommunitySettings.history,
  passwords: { perNameAndAddress: 5, perAddress: 20, perName: 100 },
  hooks: { privateAddresses: false },
}
