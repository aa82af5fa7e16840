import type { TranscriptSource } from '../load.ts'
import { checkedProtocols } from './protocols.ts'

/** The usual opening by itself. Where nobody is let in without an account, the connection alone. */
export function openingOf(protocol: string): TranscriptSource {
  const accountsOnly = checkedProtocols[protocol]?.guests === false
  return {
    file: `${protocol}/usual-opening.transcript`,
    text: [
      '# Every transcript begins like this: a client connects and signs in.',
      '',
      accountsOnly ? `ann connects by ${protocol}` : `ann signs in by ${protocol}`,
    ].join('\n'),
  }
}

/** Protocols with acknowledgements first: they need no waiting. */
const preferred = ['cp', 'parley', 'helo', 'json', 'ident']

/** Signs an account in and takes out what waits for it; undefined: none of these protocols has mailboxes. */
export function emptyMailboxOf(protocols: readonly string[]): TranscriptSource | undefined {
  const name = preferred.find((each) => protocols.includes(each) && checkedProtocols[each]?.emptyMailbox)
  const lines = name === undefined ? undefined : checkedProtocols[name]?.emptyMailbox
  if (!lines) return undefined
  return {
    file: `${name}/account.transcript`,
    text: [
      '# The account that was given must be able to sign in.',
      '',
      'account holder "password"',
      '',
      `holder signs in by ${name}`,
      ...lines.map((line) => (line.startsWith('+') ? line : `holder ${line}`)),
    ].join('\n'),
  }
}
