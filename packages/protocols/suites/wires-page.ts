import type { ChatEvent, EventKind, GroupName, UserName, Wire } from '@parley/core'
import { protocols } from '../src/index.ts'
import { fieldWire } from '../src/json/wire.ts'
import type { Notation, Options, OptionSpecs } from '../src/protocol.ts'

const unkept = { kept: false, nonce: null }

/**
 * A way in which some users hear: a protocol, with an option of its listener or in another form.
 */
interface Form {
  readonly title: string
  readonly notation: Notation
  readonly wire: Wire
  /** The plain form of its protocol, of which it is a variant. */
  readonly plain?: Wire
}

interface Sample<E> {
  /** What happened, and who hears of it. */
  readonly what: string
  readonly event: E
}

const [ann, bob] = ['ann' as UserName, 'bob' as UserName]
const tea = 'tea' as GroupName
// Text that shows what a protocol does with line breaks, colons and letters outside ASCII.
const text = 'at four: café\nbring cake'

export const samples: { readonly [K in EventKind]: Sample<Extract<ChatEvent, { kind: K }>> } = {
  'user-joined': { what: 'ann signs in. Everybody else hears it.', event: { kind: 'user-joined', user: ann } },
  'user-left': { what: 'ann is gone. Everybody else hears it.', event: { kind: 'user-left', user: ann } },
  broadcast: {
    what: 'ann speaks to everybody: two lines, a colon, an accent. Everybody else hears it.',
    event: { kind: 'broadcast', from: ann, text, ...unkept },
  },
  'private-message': {
    what: 'ann writes the same to bob, who alone hears it.',
    event: { kind: 'private-message', from: ann, to: bob, text, storedAs: null, ...unkept },
  },
  'group-message': {
    what: 'ann writes it to the group tea. The other members hear it.',
    event: { kind: 'group-message', group: tea, from: ann, text, ...unkept },
  },
  'group-member-kicked': {
    what: 'bob is kicked out of tea. The members who stay hear it.',
    event: { kind: 'group-member-kicked', group: tea, user: bob },
  },
  'kicked-from-group': { what: 'bob hears that.', event: { kind: 'kicked-from-group', group: tea } },
  'group-inherited': {
    what: 'tea has lost its admin. The longest-standing member hears whose it is now.',
    event: { kind: 'group-inherited', group: tea },
  },
  'group-member-joined': {
    what: 'bob joins tea. The devices of the other members hear it.',
    event: { kind: 'group-member-joined', group: tea, user: bob },
  },
  'group-member-left': {
    what: 'bob leaves tea. The devices of the members hear it, his own too.',
    event: { kind: 'group-member-left', group: tea, user: bob },
  },
  'group-admin-changed': {
    what: 'bob is the admin of tea now. The devices of the members hear it.',
    event: { kind: 'group-admin-changed', group: tea, user: bob },
  },
  'sealed-group-message': {
    what: 'ann writes a sealed message to the group tea. The devices of the members hear it.',
    event: { kind: 'sealed-group-message', group: tea, from: ann, message: 'AQIDBA==', kept: true, nonce: null },
  },
  'conversation-read': {
    what: 'ann has read what bob wrote, up to a place in the log. Her other devices hear it.',
    event: { kind: 'conversation-read', conversation: { with: 'user', user: bob }, seq: 812 },
  },
  'game-announced': { what: 'ann starts a game. Everybody else hears it.', event: { kind: 'game-announced', by: ann } },
  'game-started': {
    what: 'There are enough players. They hear it.',
    event: { kind: 'game-started', players: [ann, bob], lowest: 1, highest: 50 },
  },
  'game-cancelled': { what: 'There are not. Those who joined hear it.', event: { kind: 'game-cancelled' } },
  'message-deleted': {
    what: 'Bob deletes what he said to everybody.',
    event: { kind: 'message-deleted', seq: 7, from: bob, to: '*', kept: true },
  },
  'game-finished': {
    what: 'The game is over. The players hear the results; ann did not finish.',
    event: {
      kind: 'game-finished',
      results: [
        { user: bob, ms: 13_744 },
        { user: ann, ms: null },
      ],
    },
  },
}

const preface = `# What each protocol can say

One event of the community, and the words that each protocol has for it: text protocols line by line, \`chatos\` in the notation of the
transcripts, where a packet is its name and its fields. Made from the code by \`npm run pages\`.

A line with an option or another form says only how it differs from the line of its protocol. "No words": its users do not hear of this
([X-1](rulings/shared.md#x-1)). In \`cp\` nothing is pushed: private messages wait in the mailbox, broadcasts in the session, and \`RMSG\` fetches
both ([P-6](rulings/cp.md#p-6), [P-8](rulings/cp.md#p-8)).

Keys, sealed messages, offers of files and tunnels concern one connection and depend on what it was told before, so they are not events that many
hear in the same bytes. The pages of [ident](protocols/ident.md), [helo](protocols/helo.md), [json](protocols/json.md) and
[chatos](protocols/chatos.md) tell how they are said.
`

/**
 * What every protocol says to each kind of event, as a page in Markdown. Throws where bytes are no
 * frames of their protocol.
 */
export function wiresPage(): string {
  const forms = protocols.flatMap(formsOf)
  const sections = Object.entries(samples).map(([kind, { what, event }]) => {
    const rows = forms.flatMap((form) => {
      const said = saidBy(form, form.wire, event)
      const usual = form.plain && saidBy(form, form.plain, event)
      return said === usual ? [] : [`| ${form.title} | ${said} |`]
    })
    return `\n## ${kind}\n\n${what}\n\n| heard by | as |\n|---|---|\n${rows.join('\n')}\n`
  })
  return preface + sections.join('')
}

function formsOf({ name, options, notation, dialect }: (typeof protocols)[number]): readonly Form[] {
  const plain = dialect(defaultsOf(options)).wire
  const variants = Object.entries(options).flatMap(([option, { default: usual, values = [] }]) =>
    values
      .filter((value) => value !== usual)
      .map((value) => ({
        title: `\`${name}\` with \`${option}=${value}\``,
        notation,
        wire: dialect({ ...defaultsOf(options), [option]: value }).wire,
        plain,
      })),
  )
  // The one form that a client chooses, by the word with which it signs in (J-1).
  const field = name === 'json' ? [{ title: '`json` after `LOGIN`', notation, wire: fieldWire, plain }] : []
  return [{ title: `\`${name}\``, notation, wire: plain }, ...variants, ...field]
}

function defaultsOf(options: OptionSpecs): Options {
  return Object.fromEntries(Object.entries(options).map(([option, spec]) => [option, spec.default]))
}

function saidBy({ title, notation }: Form, wire: Wire, event: ChatEvent): string {
  const bytes = wire.encode(event, { seq: 1, at: 0 })
  if (!bytes) return 'no words'
  const { lines, used } = notation.read(bytes)
  if (used !== bytes.length) throw new Error(`${title} says half a frame at ${event.kind}`)
  return lines.map((line) => `\`${line.replaceAll('|', '\\|')}\``).join('<br>')
}
