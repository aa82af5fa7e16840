import type { Conversation, Line } from '@parley/client/conversations'
import { useRef, useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { nameOf } from '../parts/names.ts'
import { brief } from '../parts/times.ts'
import { go, linkTo } from '../parts/use-route.ts'
import type { Session } from '../session/session.ts'

/** People that are listed; of more, somebody types a part of the name. */
const mostListed = 200

export interface SidebarProps {
  readonly session: Session
  /** The title of the conversation that is open. */
  readonly open: string | null
}

/** All conversations, and who else is here. */
export function Sidebar({ session, open }: SidebarProps) {
  const { model, chat } = session
  const [part, setPart] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const latest = latestLines(model.lines, model.conversations.length)
  const at = ({ key }: Conversation) => (key === 'all' ? Infinity : (latest.get(key)?.at ?? 0))
  const fits = (title: string) => nameOf(title).toLowerCase().includes(part.toLowerCase())
  const conversations = model.conversations
    .filter(({ title }) => fits(title))
    .toSorted((one, other) => at(other) - at(one))
  const known = new Set([...model.conversations.map(({ key }) => key), `@${chat.me.toLowerCase()}`])
  const isNew = (title: string) => !known.has(title.toLowerCase()) && fits(title)
  const groups = model.groups.joined.map((group) => `#${group}`).filter(isNew)
  const people = model.roster.users.map((user) => `@${user}`).filter(isNew)
  const shown = people.slice(0, mostListed)
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') list.current?.querySelector<HTMLElement>('a')?.click()
    if (event.key === 'Escape' || event.key === 'Enter') setPart('')
  }
  return (
    <nav class="sidebar" aria-label="Conversations" onKeyDown={moveBetween}>
      <header class="bar">
        <Avatar name={chat.me} isHere={chat.state === 'connected'} />
        <h1>{chat.me}</h1>
        <Way to="groups" icon="people" label="Groups" />
        {chat.can.has('game') && <Way to="game" icon="game" label="Game" />}
        <Way to="settings" icon="settings" label="Settings" />
      </header>
      <input
        class="find"
        type="search"
        aria-label="Find a person or a conversation"
        placeholder="Find somebody"
        value={part}
        onInput={({ currentTarget }) => setPart(currentTarget.value)}
        onKeyDown={keyDown}
      />
      <div class="lists" ref={list}>
        <ul aria-label="Conversations">
          {conversations.map((each) => (
            <Entry
              key={each.key}
              session={session}
              title={each.title}
              open={open}
              last={latest.get(each.key)}
              of={each}
            />
          ))}
          {groups.map((title) => (
            <Entry key={title} session={session} title={title} open={open} />
          ))}
        </ul>
        {shown.length > 0 && (
          <>
            <h2>Here now · {people.length}</h2>
            <ul aria-label="Here now">
              {shown.map((title) => (
                <Entry key={title} session={session} title={title} open={open} />
              ))}
            </ul>
          </>
        )}
      </div>
    </nav>
  )
}

function Way({ to, icon, label }: { readonly to: string; readonly icon: IconName; readonly label: string }) {
  return (
    <a class="icon-button" href={linkTo(to)} aria-label={label} title={label}>
      <Icon name={icon} />
    </a>
  )
}

interface EntryProps {
  readonly session: Session
  readonly title: string
  readonly open: string | null
  readonly of?: Conversation
  readonly last?: Line | undefined
}

function Entry({ session: { model, drafts }, title, open, of, last }: EntryProps) {
  const { unread = 0, isCalled = false } = of ?? {}
  const isHere = title.startsWith('@') && model.roster.isHere(title.slice(1))
  const isOpen = open?.toLowerCase() === title.toLowerCase()
  const draft = of && !isOpen ? drafts.of(of.key) : ''
  return (
    <li>
      <a
        href={linkTo('c', title)}
        class={`entry ${unread > 0 ? 'unread' : ''}`}
        aria-current={isOpen ? 'page' : undefined}
      >
        <Avatar name={title} isHere={isHere} />
        <span class="who">{nameOf(title)}</span>
        {last && <time>{brief(last.at)}</time>}
        <span class="last">{draft ? <em>Draft: {draft}</em> : last && wordsOf(last)}</span>
        {unread > 0 && (
          <span class={`badge ${isCalled ? 'called' : ''}`}>
            {isCalled && '@'}
            {unread > 99 ? '99+' : unread}
            <span class="unseen"> unread{isCalled ? ', you are named' : ''}</span>
          </span>
        )}
      </a>
    </li>
  )
}

/** Up and down lead from entry to entry. */
function moveBetween(event: KeyboardEvent): void {
  const { key, currentTarget } = event
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return
  const all = [...(currentTarget as Element).querySelectorAll<HTMLElement>('input, a.entry')]
  const at = all.indexOf(document.activeElement as HTMLElement) + (key === 'ArrowUp' ? -1 : 1)
  const next = all[at]
  if (!next) return
  event.preventDefault()
  next.focus()
}

/** The conversation above or below the open one. */
export function goBeside({ model }: Session, open: string, step: number): void {
  const titles = model.conversations.map(({ title }) => title)
  const at = titles.findIndex((title) => title.toLowerCase() === open.toLowerCase())
  const next = titles[(at + step + titles.length) % titles.length]
  if (next !== undefined) go('c', next)
}

function wordsOf({ mine, from, kind, text, isDeleted }: Line): string {
  if (isDeleted) return 'Deleted'
  const who = mine && from !== null ? 'You: ' : from !== null && kind !== 'private' ? `${from}: ` : ''
  return who + text.slice(0, 120)
}

/** What was said last, by the key of the conversation. */
function latestLines(lines: readonly Line[], conversations: number): ReadonlyMap<string, Line> {
  const latest = new Map<string, Line>()
  for (let at = lines.length - 1; at >= 0 && latest.size < conversations; at--) {
    const line = lines[at]!
    if (!latest.has(line.conversation)) latest.set(line.conversation, line)
  }
  return latest
}
