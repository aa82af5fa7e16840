import { chatosNotation } from '@parley/protocols'
import type { JudgedProtocol, ScriptStep } from './demand.ts'

const signIn: ScriptStep = { do: 'hear', line: /^CR pseudo="(?<name>[^"]+)"$/, what: 'sign in with CR and a pseudonym' }
const signedIn: readonly ScriptStep[] = [signIn, { do: 'say', line: 'ERROR OK' }]
const stays: ScriptStep = {
  do: 'silence',
  ms: 800,
  but: /^(?:SMA|SPM|TCP\w+) /,
  what: 'stay connected',
}
/** `SMA sender="eve" message="hi"`, in bytes. */
const fromEve = '\x03\x00\x03eve\x00\x02hi'

export const chatos: JudgedProtocol = {
  notation: chatosNotation,
  complaint: (line) => (line.startsWith('??') ? 'the client sends what is no packet of chatos' : undefined),
  reply: (line) => (/^(?:SMA|SPM) /.test(line) ? ['ERROR OK'] : []),
  demands: [
    {
      name: 'sign-in/begins-with-cr',
      proves: ['chatos.txt CR (1): a client sends its pseudonym'],
      script: [
        signIn,
        { do: 'silence', ms: 400, what: 'wait for the answer to CR' },
        { do: 'say', line: 'ERROR OK' },
        stays,
      ],
      meaning: 'The client does not wait for ERROR OK, or leaves by itself. Is its input still open?',
    },
    {
      name: 'sign-in/name-taken',
      proves: ['chatos.txt CR (2): a pseudonym in use is Pseudo Unavailable'],
      script: [
        signIn,
        { do: 'say', line: 'ERROR Pseudo-Unavailable' },
        { do: 'silence', ms: 800, but: /^CR /, mayLeave: true, what: 'send CR with another pseudonym, or leave' },
      ],
      meaning: 'The client does not read the answer to its CR, and goes on as if it were signed in.',
    },
    {
      name: 'framing/answer-in-pieces',
      proves: ['C-10: frames arrive split or joined in any way.'],
      script: [signIn, { do: 'pieces', texts: ['\x08', '\x01'] }, stays],
      meaning: 'The client takes what it reads at once for a whole packet. TCP splits packets as it likes.',
    },
    {
      name: 'framing/packets-in-pieces',
      proves: ['C-10: frames arrive split or joined in any way.'],
      script: [
        ...signedIn,
        { do: 'pieces', texts: [fromEve.slice(0, 2), fromEve.slice(2, 5), fromEve.slice(5)] },
        stays,
      ],
      meaning: 'The client falls over a packet that arrives in several reads.',
    },
    {
      name: 'framing/packets-joined',
      proves: ['C-10: frames arrive split or joined in any way.'],
      script: [...signedIn, { do: 'pieces', texts: [fromEve.repeat(20)] }, stays],
      meaning: 'The client reads one packet of those that came at once, and falls over the rest.',
    },
    {
      name: 'errors/unreachable-user',
      proves: ['chatos.txt SPM (2): a recipient that nobody has is Unreachable User'],
      script: [...signedIn, { do: 'say', line: 'ERROR Unreachable-User' }, stays],
      meaning: 'The client leaves at any error. This one ends nothing.',
    },
    {
      name: 'events/private-message',
      proves: ['chatos.txt SPM (3): otherwise the packet reaches its recipient'],
      script: [...signedIn, { do: 'say', line: 'SPM sender="eve" recipient="<name>" message="hi"' }, stays],
      meaning: 'The client falls over a private message.',
    },
    {
      name: 'tunnels/answers-in-the-words-of-the-asker',
      proves: ['C-4: in all four TCP packets the sender is the asker and the recipient the asked, never swapped.'],
      script: [
        ...signedIn,
        { do: 'say', line: 'TCPAsk sender="eve" recipient="<name>" password=77' },
        {
          do: 'hear',
          line: /^TCPAbort sender="/,
          what: 'decline with TCPAbort',
          withinMs: 3_000,
          orSkip: 'it does not decline a tunnel by itself',
        },
      ],
      meaning: 'The packet that was asked with goes back as it was, with another opcode.',
    },
    {
      name: 'leaving/server-hangs-up',
      proves: ['C-13: the end of the stream is the end.'],
      script: [...signedIn, { do: 'end' }, { do: 'leaves', withinMs: 3_000, what: 'close when the server hung up' }],
      meaning: 'The client does not see the end of its connection.',
    },
  ],
}
