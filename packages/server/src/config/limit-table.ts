import type { PasswordLimits, Limits } from './settings.ts'
import type { MailboxLimits } from '@parley/core'

/** Whose limit it is. */
type LimitScope = 'connection' | 'address' | 'user' | 'account' | 'server'

export interface LimitRow {
  readonly of: LimitScope
  readonly what: string
  /** What happens past it. */
  readonly past: string
}

/**
 * Every limit that can be set, by its place in the configuration file. An address is an IPv4
 * address or an IPv6 network of 64 bits. A user is an account, or all guests of an address; on
 * loopback it is a name.
 */
export const limitTable = {
  'limits.signInSeconds': {
    of: 'connection',
    what: 'seconds until somebody signs in',
    past: 'it ends, in the words of its protocol',
  },
  'limits.refusedBeforeSignIn': {
    of: 'connection',
    what: 'commands after which nobody is signed in',
    past: 'it ends, in the words of its protocol',
  },
  'limits.frameBeforeSignIn': {
    of: 'connection',
    what: 'bytes of a line before sign-in',
    past: 'it ends, in the words of its protocol',
  },
  'limits.frame': {
    of: 'connection',
    what: 'bytes of a line after sign-in',
    past: 'it ends, in the words of its protocol',
  },
  'limits.unsentBytes': {
    of: 'connection',
    what: 'bytes that its reader has not taken',
    past: 'it ends, in the words of its protocol',
  },
  'limits.connectionsPerAddress': {
    of: 'address',
    what: 'connections at a time; loopback is exempt',
    past: 'a new one is closed at once',
  },
  'limits.signInRate': {
    of: 'address',
    what: 'sign-ins; loopback is exempt',
    past: 'a sign-in waits for its turn',
  },
  'passwords.perAddress': {
    of: 'address',
    what: 'failed passwords a minute',
    past: 'refused after 3 s, without a look at the password',
  },
  'passwords.perNameAndAddress': {
    of: 'address',
    what: 'failed passwords a minute for one name',
    past: 'refused after 3 s, without a look at the password',
  },
  'limits.messageRate': { of: 'user', what: 'messages that other people hear', past: 'refused' },
  'limits.keyRate': {
    of: 'user',
    what: 'new public keys, devices and backups of keys',
    past: 'as if it had not been given',
  },
  'limits.sessionKeyRate': { of: 'user', what: 'session keys in frames of their own', past: 'refused' },
  'limits.keyQuestionRate': { of: 'user', what: 'questions for public keys', past: 'refused' },
  'limits.fileOfferRate': { of: 'user', what: 'offers of files', past: 'refused' },
  'limits.markRate': { of: 'user', what: 'read marks', past: 'refused' },
  'limits.keptBytes': {
    of: 'user',
    what: 'bytes of keys and offers that are kept at a time',
    past: 'refused; a public key is as if it had not been given',
  },
  'limits.groupsPerUser': { of: 'user', what: 'groups of which it is the admin', past: 'a new one is refused' },
  'limits.tunnelsPerUser': { of: 'user', what: 'private connections it asked for', past: 'refused' },
  'limits.fileBytes': { of: 'user', what: 'bytes of one file', past: 'the transfer ends' },
  'limits.fileBytesPerMinute': {
    of: 'user',
    what: 'bytes that have to move of a file each minute',
    past: 'below it the transfer ends',
  },
  'mailbox.perPair': { of: 'account', what: 'messages that wait from one sender', past: 'refused' },
  'mailbox.perRecipient': { of: 'account', what: 'messages that wait', past: 'refused' },
  'mailbox.bytes': { of: 'account', what: 'bytes of messages that wait', past: 'refused' },
  'mailbox.guestShare': { of: 'account', what: 'the part of both that guests may take together', past: 'refused' },
  'passwords.perName': {
    of: 'account',
    what: 'failed passwords a minute, from addresses that the holder has not used',
    past: 'refused after 3 s, without a look at the password',
  },
  'limits.memory': {
    of: 'server',
    what: 'bytes that the process is to stay under',
    past: 'a quarter is for what readers have not taken, an eighth for what is kept',
  },
  'limits.connections': {
    of: 'server',
    what: 'connections at a time',
    past: 'the one that is without a sign-in for the longest time gives way, or a new one is closed at once',
  },
  'limits.spoolBytes': {
    of: 'server',
    what: 'bytes of files on their way; a quarter for one user, half for all guests',
    past: 'the transfer ends',
  },
  'limits.transferPorts': {
    of: 'server',
    what: 'ports for the files of `helo`; a quarter for one user',
    past: 'the transfer is refused',
  },
} as const satisfies Record<
  `limits.${keyof Limits}` | `mailbox.${keyof MailboxLimits}` | `passwords.${keyof PasswordLimits}`,
  LimitRow
>
