/** The document's states. Two of them last only while something is awaited, and no command finds the session in them. */
export type State =
  | 'Idle'
  | 'User Validated'
  | 'Authentication Validated'
  | 'Process Command'
  | 'Receiving Message'
  | 'Sending Message'
  | 'Error Processing'

const commands = ['USER', 'PASS', 'SMSG', 'RMSG', 'TERM'] as const
/** From the client, never answered (P-6). */
const codes = ['200', '201', '250', '550'] as const

export type Command = (typeof commands)[number]
export type ClientCode = (typeof codes)[number]

/**
 * What the client may say in each state, and the state that it leads to; the replies lead on from there (replies.ts).
 * A command that is not here is out of order, a code that is not here is swallowed (P-3, P-5, P-6).
 */
export const states: { readonly [state in State]: { readonly [said in Command | ClientCode]?: State } } = {
  Idle: { USER: 'User Validated', TERM: 'Idle' },
  'User Validated': { PASS: 'Authentication Validated', TERM: 'Idle' },
  'Authentication Validated': {},
  'Process Command': { SMSG: 'Sending Message', RMSG: 'Receiving Message', TERM: 'Idle' },
  'Receiving Message': { '250': 'Receiving Message', '550': 'Error Processing', TERM: 'Idle' },
  'Sending Message': {},
  'Error Processing': {
    '201': 'Process Command',
    SMSG: 'Sending Message',
    RMSG: 'Receiving Message',
    TERM: 'Idle',
  },
}

export function isCommand(word: string): word is Command {
  return (commands as readonly string[]).includes(word)
}

export function isClientCode(word: string): word is ClientCode {
  return (codes as readonly string[]).includes(word)
}
