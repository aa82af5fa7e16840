import { secrecyWords, type Line } from '@parley/client/conversations'
import type { VNode } from 'preact'
import { Avatar } from '../parts/avatar.tsx'
import { Icon } from '../parts/icon.tsx'
import { clock, day } from '../parts/times.ts'
import { MessageText } from './message-text.tsx'

/** What is said sooner than this by the same user belongs together. */
const togetherMs = 300_000

export interface RowContext {
  readonly me: string
  /** Whether the line names this user. */
  isCall(line: Line): boolean
}

/** One line of a conversation, and above it the day where another one begins. */
export function messageRow(line: Line, before: Line | undefined, context: RowContext): VNode {
  const isNewDay = !before || day(before.at) !== day(line.at)
  const isSaid = line.kind === 'broadcast' || line.kind === 'private' || line.kind === 'group' || line.kind === 'unsent'
  const follows = !isNewDay && isSaid && isTogether(line, before)
  return (
    <li key={line.id} id={`line-${line.id}`} tabIndex={-1} class={`line ${follows ? 'follows' : ''}`}>
      {isNewDay && <p class="day">{day(line.at)}</p>}
      {isSaid ? <Said line={line} follows={follows} context={context} /> : <Note line={line} />}
    </li>
  )
}

function Said({
  line,
  follows,
  context,
}: {
  readonly line: Line
  readonly follows: boolean
  readonly context: RowContext
}) {
  const { mine, secrecy, isDeleted, state } = line
  const from = mine ? context.me : (line.from ?? 'somebody')
  return (
    <article class={`said ${mine ? 'mine' : ''} ${context.isCall(line) ? 'call' : ''}`}>
      {!follows && !mine && <Avatar name={from} />}
      <div class="bubble">
        <header class={follows || mine ? 'unseen' : ''}>{from}</header>
        {isDeleted ? <em class="dim">Deleted</em> : <MessageText text={line.text} />}
        <footer>
          {secrecy !== null && <Secrecy how={secrecy} />}
          <time dateTime={new Date(line.at).toISOString()}>
            {state === undefined ? clock(line.at) : stateWords[state]}
          </time>
        </footer>
      </div>
    </article>
  )
}

function Note({ line: { kind, text, at } }: { readonly line: Line }) {
  return (
    <p class={`note ${kind}`}>
      {text} <time dateTime={new Date(at).toISOString()}>{clock(at)}</time>
    </p>
  )
}

function Secrecy({ how }: { readonly how: keyof typeof secrecyWords }) {
  const isGood = how === 'sealed'
  return (
    <span class={`secrecy ${isGood ? 'good' : how}`} title={secrecyWords[how]}>
      <Icon name={how === 'plain' || how === 'weak' ? 'unlock' : 'lock'} />
      <span class={isGood ? 'unseen' : ''}>{isGood ? 'sealed' : secrecyWords[how]}</span>
    </span>
  )
}

const stateWords = { waiting: 'waiting', sending: 'sending', unsure: 'waiting' } satisfies Record<
  NonNullable<Line['state']>,
  string
>

function isTogether(line: Line, before: Line): boolean {
  const isSame = before.from === line.from && before.mine === line.mine && before.kind === line.kind
  return isSame && line.at - before.at < togetherMs
}
