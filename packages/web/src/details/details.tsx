import { conversationKey } from '@parley/client/conversations'
import { Avatar } from '../parts/avatar.tsx'
import { IconButton } from '../parts/button.tsx'
import { nameOf } from '../parts/names.ts'
import { go, linkTo } from '../parts/use-route.ts'
import type { Session } from '../session/session.ts'
import { AboutGroup } from './about-group.tsx'
import { AboutUser } from './about-user.tsx'

export interface DetailsProps {
  readonly session: Session
  readonly title: string
}

/** About a conversation: who is in it, and how it is protected. */
export function Details({ session, title }: DetailsProps) {
  const { model, chat } = session
  return (
    <section class="details" aria-label={`About ${nameOf(title)}`}>
      <header class="bar">
        <h1>About {nameOf(title)}</h1>
        <IconButton icon="close" label="Close" onClick={() => go('c', title)} />
      </header>
      <div class="content">
        {title.startsWith('@') && <AboutUser key={title} session={session} user={title.slice(1)} />}
        {title.startsWith('#') && <AboutGroup key={title} session={session} group={title.slice(1)} />}
        {title === 'everybody' && (
          <>
            <p class="dim">What is said here is for everybody on this server, by whatever client. It is not sealed.</p>
            <People title={`Here now · ${model.roster.users.length}`} users={model.roster.users} me={chat.me} />
          </>
        )}
        {title !== 'everybody' && chat.can.has('sealing') && <Unsealed session={session} title={title} />}
      </div>
    </section>
  )
}

interface PeopleProps {
  readonly title: string
  readonly users: readonly string[]
  readonly me: string
}

function People({ title, users, me }: PeopleProps) {
  return (
    <>
      <h2>{title}</h2>
      <ul class="people">
        {users.slice(0, 500).map((user) => (
          <li key={user}>
            <Avatar name={user} isHere />
            {user === me ? <span>{user} (you)</span> : <a href={linkTo('c', `@${user}`)}>{user}</a>}
          </li>
        ))}
      </ul>
    </>
  )
}

/** Somebody may want to write to those who cannot read what is sealed. */
function Unsealed({ session, title }: DetailsProps) {
  const key = conversationKey(title)
  const change = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    session.plain[currentTarget.checked ? 'add' : 'delete'](key)
    session.model.touch()
  }
  return (
    <label class="check">
      <input type="checkbox" checked={session.plain.has(key)} onChange={change} />
      <span>
        Write unsealed here
        <small class="dim">The server can read it then. Until this page is closed.</small>
      </span>
    </label>
  )
}
