import { conversationKey, mentionIn, type Line } from '@parley/client/conversations'
import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { IconButton } from '../parts/button.tsx'
import type { Session } from '../session/session.ts'
import { go } from '../parts/use-route.ts'
import { Composer } from './composer.tsx'
import { messageRow } from './message-row.tsx'
import { VirtualList } from './virtual-list.tsx'

export interface ConversationProps {
  readonly session: Session
  /** `everybody`, `@user` or `#group`. */
  readonly title: string
}

/** One conversation: what was said, and where something is written. */
export function Conversation({ session, title }: ConversationProps) {
  const { model, outgoing, past, chat } = session
  const key = conversationKey(title)
  const list = useRef<VirtualList<Line>>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const row = useMemo(() => rememberedRows(session), [key])
  const rows = [...model.lines.filter((line) => line.conversation === key), ...outgoing.shown(key)]
  const name = nameOf(title)
  useEffect(() => void past.begin(title), [key, chat.state])
  return (
    <section class="conversation" aria-label={`Conversation with ${name}`}>
      <header class="bar">
        <IconButton icon="back" label="All conversations" class="back" onClick={() => go('')} />
        <h1>{name}</h1>
      </header>
      <VirtualList
        ref={list}
        rows={rows}
        list={key}
        label={`Messages of ${name}`}
        row={row}
        atTop={() => void past.older(title)}
        seen={(_first, _last, isEnd) => setAtEnd(isEnd)}
      />
      {!isAtEnd && (
        <IconButton icon="down" label="To the newest message" class="to-end" onClick={() => list.current?.toEnd()} />
      )}
      <Composer session={session} title={title} name={name} />
    </section>
  )
}

/** For people: `Everybody`, `bob`, `#cooks`. */
export function nameOf(title: string): string {
  return title === 'everybody' ? 'Everybody' : title.replace(/^@/, '')
}

interface RememberedRow {
  readonly before: Line | undefined
  readonly node: VNode
}

/** Rows that have not changed are the same nodes: they are not even compared. */
function rememberedRows({ chat }: Session): (line: Line, before: Line | undefined) => VNode {
  const known = new WeakMap<Line, RememberedRow>()
  const context = { me: chat.me, isCall: (line: Line) => mentionIn(line, [chat.me]) !== null }
  return (line, before) => {
    const found = known.get(line)
    if (found && found.before === before) return found.node
    const node = messageRow(line, before, context)
    known.set(line, { before, node })
    return node
  }
}
