import { defaultCoreSettings, type MailboxLimits, type PasswordLimits, type Rate } from '@parley/core'

/** Everything that can be set. `parley.example.jsonc` shows it with these defaults and in the same order. */
export interface Settings {
  /** What the greetings call this server. */
  readonly name: string
  /** Listener URLs: `ident://127.0.0.1:1337?texts=course`. Empty: every protocol on its default port of `host`. */
  readonly listen: readonly string[]
  /** Where listeners without a host of their own listen. */
  readonly host: string
  /** The data directory; null: `parley` under the user's data directory. */
  readonly data: string | null
  /** PEM files for the listeners over TLS. */
  readonly tls: { readonly certificate: string; readonly key: string } | null
  readonly log: LogSettings
  readonly limits: GateLimits &
    FileLimits & { readonly messageRate: Rate | null; readonly groupsPerUser: number; readonly tunnelsPerUser: number }
  readonly mailbox: MailboxLimits
  readonly passwords: PasswordLimits
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
export interface GateLimits {
  /** Loopback is exempt. */
  readonly connectionsPerAddress: number
  readonly signInSeconds: number
  /** Bytes. */
  readonly frameBeforeSignIn: number
  readonly frame: number
  /** Bytes that a reader may be behind before it is dropped. */
  readonly unsentBytes: number
  /** Ports for side doors, such as the file port of each `helo` transfer (H-11); null: any free one. */
  readonly doorPorts: { readonly first: number; readonly last: number } | null
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
    doorPorts: null,
    messageRate: defaultCoreSettings.messageRate,
    groupsPerUser: defaultCoreSettings.groupsPerUser,
    tunnelsPerUser: defaultCoreSettings.tunnelsPerUser,
    fileBytes: defaultCoreSettings.fileBytes,
    spoolBytes: 8_589_934_592,
  },
  mailbox: defaultCoreSettings.mailbox,
  passwords: defaultCoreSettings.passwords,
}
