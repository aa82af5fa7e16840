import { secrecyWords, type Line } from '@parley/client/conversations'
import type { ComponentChild, VNode } from 'preact'
import { Avatar } from '../parts/avatar.tsx'
import { Icon } from '../parts/icon.tsx'
import { clock, day } from '../parts/times.ts'
import type { FileItem } from '../session/files.ts'
import { FileCard, type FileActions } from './file-card.tsx'
import { MessageText } from './message-text.tsx'

/** What is said sooner than this by the same user belongs together. */
const togetherMs = 300_000

export interface RowContext extends FileActions {
  readonly me: string
  /** Whether the line names this user. */
  isCall(line: Line): boolean
  fileOf(line: Line): FileItem | undefined
}

/** One line of a conversation, and above it the day where another one begins. `actions`: what can be done with it. */
export function messageRow(line: Line, before: Line | undefined, context: RowContext, actions?: ComponentChild): VNode {
  const isNewDay = !before || day(before.at) !== day(line.at)
  const said = isSaid(line)
  const follows = said && !isNewDay && isTogether(line, before)
  const file = context.fileOf(line)
  return (
    <li key={line.id} data-line={line.id} tabIndex={-1} class={`line ${follows ? 'follows' : ''}`}>
      {isNewDay && <p class="day">{day(line.at)}</p>}
      {file ? (
        <FileCard line={line} file={file} actions={context} />
      ) : said ? (
        <Said line={line} follows={follows} context={context} actions={actions} />
      ) : (
        <Note line={line} />
      )}
    </li>
  )
}

/** Somebody said it. */
export function isSaid({ kind }: Line): boolean {
  return kind === 'broadcast' || kind === 'private' || kind === 'group' || kind === 'unsent'
}

interface SaidProps {
  readonly line: Line
  readonly follows: boolean
  readonly context: RowContext
  readonly actions: ComponentChild
}

function Said({ line, follows, context, actions }: SaidProps) {
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
          <Time at={line.at} words={state && stateWords[state]} />
        </footer>
      </div>
      {actions}
    </article>
  )
}

function Note({ line: { kind, text, at } }: { readonly line: Line }) {
  return (
    <p class={`note ${kind}`}>
      {text} <Time at={at} />
    </p>
  )
}

function Time({ at, words }: { readonly at: number; readonly words?: string | undefined }) {
  return <time dateTime={new Date(at).toISOString()}>{words ?? clock(at)}</time>
}

function Secrecy({ how }: { readonly how: keyof typeof secrecyWords }) {
  const isGood = how === 'sealed'
  return (
    <span class={`secrecy ${isGood ? 'good' : how}`} title={secrecyWords[how]}>
      <Icon name={how === 'plain' || how === 'weak' ? 'unlock' : 'lock'} />
      <span class={isGood ? 'unseen' : ''}>{secrecyWords[how]}</span>
    </span>
  )
}

const stateWords = { waiting: 'waiting', sending: 'sending', unsure: 'waiting' } satisfies Record<
  NonNullable<Line['state']>,
  string
>

function isTogether(line: Line, before: Line): boolean {
  const isSame = before.from === line.from && before.mine === line.mine && isSaid(before)
  return isSame && line.at - before.at < togetherMs
}
