import type { Conversation, Line } from '@parley/client/conversations'
import { nameOf } from '../conversation/conversation.tsx'
import { Avatar } from '../parts/avatar.tsx'
import { brief } from '../parts/times.ts'
import type { Session } from '../session/session.ts'
import { linkTo } from '../parts/use-route.ts'

/** All conversations, and who else is here. */
export function Sidebar({ session, open }: { readonly session: Session; readonly open: string | null }) {
  const { model, chat } = session
  const latest = latestLines(model.lines)
  const at = ({ key }: Conversation) => (key === 'all' ? Infinity : (latest.get(key)?.at ?? 0))
  const conversations = model.conversations.toSorted((one, other) => at(other) - at(one))
  const known = new Set(conversations.map(({ key }) => key))
  const groups = model.groups.joined.map((group) => `#${group}`).filter((title) => !known.has(title.toLowerCase()))
  const people = model.roster.users
    .filter((user) => user.toLowerCase() !== chat.me.toLowerCase())
    .map((user) => `@${user}`)
    .filter((title) => !known.has(title.toLowerCase()))
  return (
    <nav class="sidebar" aria-label="Conversations">
      <header class="bar">
        <Avatar name={chat.me} isHere={session.break === null} />
        <h2>{chat.me}</h2>
      </header>
      <div class="lists">
        <ul>
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
        {people.length > 0 && (
          <>
            <h3>Here now</h3>
            <ul>
              {people.map((title) => (
                <Entry key={title} session={session} title={title} open={open} />
              ))}
            </ul>
          </>
        )}
      </div>
    </nav>
  )
}

interface EntryProps {
  readonly session: Session
  readonly title: string
  readonly open: string | null
  readonly of?: Conversation
  readonly last?: Line | undefined
}

function Entry({ session, title, open, of, last }: EntryProps) {
  const { unread = 0, isCalled = false } = of ?? {}
  const isHere = title.startsWith('@') && session.model.roster.isHere(title.slice(1))
  return (
    <li>
      <a
        href={linkTo('c', title)}
        class={`entry ${unread > 0 ? 'unread' : ''}`}
        aria-current={open?.toLowerCase() === title.toLowerCase() ? 'page' : undefined}
      >
        <Avatar name={title} isHere={isHere} />
        <span class="who">{nameOf(title)}</span>
        {last && <time>{brief(last.at)}</time>}
        <span class="last">{last ? wordsOf(last) : ''}</span>
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

function wordsOf({ mine, from, kind, text, isDeleted }: Line): string {
  if (isDeleted) return 'Deleted'
  const who = mine ? 'You: ' : from !== null && kind !== 'private' ? `${from}: ` : ''
  return who + text.slice(0, 120)
}

/** What was said last, by the key of the conversation. */
function latestLines(lines: readonly Line[]): ReadonlyMap<string, Line> {
  const latest = new Map<string, Line>()
  for (const line of lines) latest.set(line.conversation, line)
  return latest
}
