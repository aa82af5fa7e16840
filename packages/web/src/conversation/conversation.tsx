import { conversationKey, mentionIn, type Line } from '@parley/client/conversations'
import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { IconButton } from '../parts/button.tsx'
import { nameOf } from '../parts/names.ts'
import { useTask } from '../parts/use-task.ts'
import { go } from '../parts/use-route.ts'
import type { Session } from '../session/session.ts'
import { Composer } from './composer.tsx'
import { dropped } from './dropped-files.ts'
import { MessageActions } from './message-actions.tsx'
import { isSaid, messageRow, type RowContext } from './message-row.tsx'
import { VirtualList } from './virtual-list.tsx'

export interface ConversationProps {
  readonly session: Session
  /** `everybody`, `@user` or `#group`. */
  readonly title: string
  /** The number of a message that is to be shown. */
  readonly at: number | null
}

/** One conversation: what was said, and where something is written. */
export function Conversation({ session, title, at }: ConversationProps) {
  const { model, outgoing, past, chat, files } = session
  const key = conversationKey(title)
  const list = useRef<VirtualList<Line>>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const [active, setActive] = useState<number | null>(null)
  /** The number of a message that is loaded and is to be shown. */
  const [wanted, setWanted] = useState<number | null>(null)
  const [replyTo, setReplyTo] = useState<Line | null>(null)
  const deletion = useTask()
  const plainRow = useMemo(() => rememberedRows(session), [key])
  const rows = [...model.lines.filter((line) => line.conversation === key), ...outgoing.shown(key)]
  const known = model.conversations.find((each) => each.key === key)
  const name = nameOf(title)
  const isTo = title.startsWith('@') ? title.slice(1) : null
  useEffect(() => {
    void past.begin(title)
    setReplyTo(null)
  }, [key, chat.state])
  useEffect(() => {
    if (at !== null && chat.state === 'connected') void loadAround(session, title, at).then(() => setWanted(at))
  }, [key, at, chat.state])
  useEffect(() => {
    const found = wanted === null ? undefined : rows.find(({ seq }) => seq !== undefined && seq >= wanted)
    if (!found) return
    list.current?.to(found.id)
    setActive(found.id)
    setWanted(null)
  }, [wanted])
  const reply = (line: Line) => {
    setReplyTo(line)
    document.querySelector<HTMLElement>('.composer textarea')?.focus()
  }
  const row = (line: Line, before: Line | undefined) => {
    if (line.id !== active || !isSaid(line)) return plainRow(line, before)
    const remove = () => deletion.run(() => chat.history.delete(line.seq ?? 0))
    return messageRow(
      line,
      before,
      contextOf(session),
      <MessageActions line={line} reply={() => reply(line)} remove={remove} />,
    )
  }
  const point = (event: Event) => setActive(lineAt(event) ?? active)
  const seen = (first: Line, last: Line, isEnd: boolean) => {
    setAtEnd(isEnd)
    for (const { after, before } of known?.gaps ?? []) {
      if (after !== null && isBetween(after, first, last)) void past.newer(title, after)
      else if (isBetween(before, first, last)) void past.older(title)
    }
  }
  return (
    <section
      class="conversation"
      aria-label={`Conversation with ${name}`}
      onDragOver={(event) => isTo !== null && event.preventDefault()}
      onDrop={(event) => isTo !== null && dropped(event, event.dataTransfer, (file) => files.send(isTo, file))}
    >
      <header class="bar">
        <IconButton icon="back" label="All conversations" class="back" onClick={() => go('')} />
        <h1>{name}</h1>
        <IconButton icon="search" label={`Search in ${name}`} onClick={() => go('search', title)} />
        <IconButton icon="info" label={`About ${name}`} onClick={() => go('c', title, 'info')} />
      </header>
      {deletion.error !== null && <p class="banner error">{deletion.error}</p>}
      <div class="messages" onMouseOver={point} onFocusCapture={point} onClick={point} onKeyDown={moveBetween}>
        <VirtualList
          control={list}
          rows={rows}
          list={key}
          label={`Messages of ${name}`}
          row={row}
          atTop={() => void past.older(title)}
          seen={seen}
        />
        {rows.length === 0 && <p class="empty">{past.isLoading(title) ? 'Loading…' : `Nothing was said here yet.`}</p>}
        {!isAtEnd && (
          <IconButton icon="down" label="To the newest message" class="to-end" onClick={() => list.current?.toEnd()} />
        )}
      </div>
      <Composer
        session={session}
        title={title}
        name={name}
        replyTo={replyTo}
        endReply={() => setReplyTo(null)}
        sendFile={isTo === null ? null : (file) => files.send(isTo, file)}
      />
    </section>
  )
}

/** Up and down lead from message to message, and Escape back to where one writes. */
function moveBetween(event: KeyboardEvent): void {
  const { key, target, currentTarget } = event
  if (key === 'Escape') return document.querySelector<HTMLElement>('.composer textarea')?.focus()
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return
  const line = (target as Element).closest('[data-line]')
  const all = (currentTarget as Element).querySelectorAll<HTMLElement>('[data-line]')
  const next = line ? (key === 'ArrowUp' ? line.previousElementSibling : line.nextElementSibling) : all[all.length - 1]
  if (!(next instanceof HTMLElement)) return
  event.preventDefault()
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}

/** What is loaded meanwhile is waited for: one page of a conversation is loaded at a time. */
async function loadAround({ past }: Session, title: string, seq: number): Promise<void> {
  while (past.isLoading(title)) await past.older(title)
  await past.around(title, seq)
}

function lineAt({ target }: Event): number | null {
  const id = target instanceof Element ? target.closest<HTMLElement>('[data-line]')?.dataset['line'] : undefined
  return id === undefined ? null : Number(id)
}

/** Whether the number is among what is seen. */
function isBetween(seq: number, first: Line, last: Line): boolean {
  return (first.seq ?? 0) <= seq && seq <= (last.seq ?? Infinity)
}

function contextOf({ chat, files }: Session): RowContext {
  return {
    me: chat.me,
    isCall: (line) => mentionIn(line, [chat.me]) !== null,
    fileOf: ({ id }) => files.of(id),
    accept: ({ id }) => files.accept(id),
    decline: ({ id }) => void files.decline(id),
    cancel: ({ id }) => files.cancel(id),
  }
}

interface RememberedRow {
  /** The id of the line before it. The line itself would keep all lines before it in memory. */
  readonly before: number | undefined
  readonly node: VNode
}

/** More rows than are near to what is seen. A node keeps what it made in the page. */
const mostRemembered = 400

/** Rows that have not changed are the same nodes: they are not even compared. */
function rememberedRows(session: Session): (line: Line, before: Line | undefined) => VNode {
  const known = new Map<Line, RememberedRow>()
  const context = contextOf(session)
  return (line, before) => {
    const found = known.get(line)
    if (found && found.before === before?.id) return found.node
    const node = messageRow(line, before, context)
    known.set(line, { before: before?.id, node })
    for (const oldest of known.keys()) {
      if (known.size <= mostRemembered) break
      known.delete(oldest)
    }
    return node
  }
}
