import { cpNotation } from '@parley/protocols'
import type { Demand, JudgedProtocol, ScriptStep } from './demand.ts'

const user: ScriptStep = {
  do: 'hear',
  line: /^user\s*(?<name>.{1,10})$/i,
  what: 'send USER and a name of 1 to 10 bytes',
}
const pass: ScriptStep = { do: 'hear', line: /^pass\s*.{1,15}$/i, what: 'send PASS and a password of 1 to 15 bytes' }
const signedIn: readonly ScriptStep[] = [
  user,
  { do: 'say', line: '220 received username successfully' },
  pass,
  { do: 'say', line: '230 user authenticated successfully' },
]
const noRequest = 'it fetched no messages'
const forms = [/^user\s*\S/i, /^pass\s*\S/i, /^smsg[^:]+:./i, /^rmsg\b/i, /^term$/i, /^(?:200|201|250|550)\b/]
const longestPdu = 1_022

const messages: readonly Demand[] = [
  {
    name: 'messages/confirms-each',
    proves: ['cp.txt RMSG 250: a client confirms each message with 250, and then the next one comes'],
    script: [
      ...signedIn,
      { do: 'hear', line: /^rmsg/i, what: 'ask for messages', withinMs: 3_000, orSkip: noRequest },
      { do: 'say', line: 'RMSGeve:hello' },
      { do: 'hear', line: /^250\b/, what: 'confirm the message with 250', withinMs: 10_000 },
      { do: 'say', line: 'RMSGeve:hello again' },
      { do: 'hear', line: /^250\b/, what: 'confirm the message with 250', withinMs: 10_000 },
      { do: 'say', line: '255 end of messages' },
    ],
    meaning: 'A message that is not confirmed stays in the mailbox, and comes again next time.',
  },
  {
    name: 'messages/nothing-new',
    proves: ['cp.txt 256: there are no new messages'],
    script: [
      ...signedIn,
      { do: 'hear', line: /^rmsg/i, what: 'ask for messages', withinMs: 3_000, orSkip: noRequest },
      { do: 'say', line: '256 no new messages' },
      {
        do: 'silence',
        ms: 500,
        but: /^(?:term|rmsg|smsg)/i,
        mayLeave: true,
        what: 'confirm nothing, for nothing came',
      },
    ],
    meaning: 'The client answers 256 as if it were a message.',
  },
]

export const cp: JudgedProtocol = {
  notation: cpNotation,
  missingLineEnd: '\r\n',
  complaint(line) {
    if (Buffer.byteLength(line) > longestPdu) return 'the client sends more than 1,024 bytes as one message'
    return line === '' || forms.some((form) => form.test(line)) ? undefined : 'the client says what is no command of cp'
  },
  reply(line) {
    if (/^smsg/i.test(line)) return ['240 message successfully sent']
    return /^rmsg/i.test(line) ? ['256 no new messages'] : []
  },
  demands: [
    {
      name: 'sign-in/user-then-pass',
      proves: ['cp.txt Commands USER and PASS: a user name, then its password', 'P-6: one message, then its answer'],
      script: [
        user,
        { do: 'silence', ms: 400, what: 'wait for the answer to USER' },
        { do: 'say', line: '220 received username successfully' },
        pass,
        { do: 'say', line: '230 user authenticated successfully' },
        { do: 'silence', ms: 300, but: /^(?:rmsg|smsg|term)/i, mayLeave: true, what: 'stay signed in, or say TERM' },
      ],
      meaning: 'The client sends its commands without reading what comes back.',
    },
    {
      name: 'sign-in/user-refused',
      proves: ['cp.txt USER 560: error sending username'],
      script: [
        user,
        { do: 'say', line: '560 error sending username' },
        { do: 'silence', ms: 600, but: /^(?:user|term)/i, mayLeave: true, what: 'send no PASS after 560' },
      ],
      meaning: 'The client does not look at the code of the answer.',
    },
    {
      name: 'sign-in/wrong-password',
      proves: ['cp.txt PASS 565: error authenticating user'],
      script: [
        user,
        { do: 'say', line: '220 received username successfully' },
        pass,
        { do: 'say', line: '565 error authenticating user' },
        { do: 'silence', ms: 600, but: /^(?:user|term)/i, mayLeave: true, what: 'begin anew or leave after 565' },
      ],
      meaning: 'The client goes on as if it were signed in. It has to say USER again.',
    },
    {
      name: 'sign-in/answer-in-pieces',
      proves: ['X-10: frames may arrive split or joined in any way.'],
      script: [user, { do: 'pieces', texts: ['220 received', ' username successfully\r\n'] }, pass],
      strictOnly: true,
      meaning: 'The client takes one read for one message. TCP splits messages as it likes.',
    },
    ...messages,
    {
      name: 'leaving/server-hangs-up',
      proves: ['X-9: the end of the stream is the end.'],
      script: [...signedIn, { do: 'end' }, { do: 'leaves', withinMs: 3_000, what: 'close when the server hung up' }],
      meaning: 'The client does not see the end of its connection.',
    },
  ],
}
