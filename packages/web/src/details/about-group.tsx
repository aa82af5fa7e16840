import type { ListedGroup } from '@parley/client'
import { useEffect, useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Button } from '../parts/button.tsx'
import { go, linkTo } from '../parts/use-route.ts'
import { useTask } from '../parts/use-task.ts'
import type { Session } from '../session/session.ts'

/** A group: its members, and what one can do there. */
export function AboutGroup({ session, group }: { readonly session: Session; readonly group: string }) {
  const { chat, model } = session
  const [listed, setListed] = useState<ListedGroup | null>(null)
  const [version, setVersion] = useState(0)
  const task = useTask()
  const isSame = (one: string | null, other: string) => one?.toLowerCase() === other.toLowerCase()
  const isMember = model.groups.joined.some((each) => isSame(each, group))
  useEffect(() => chat.on('group-changed', () => setVersion((before) => before + 1)), [])
  useEffect(() => {
    chat.groups.list().then(
      (all) => setListed(all.find(({ name }) => isSame(name, group)) ?? null),
      () => {}, // That it is not connected is told elsewhere.
    )
  }, [group, isMember, version, chat.state])
  const isAdmin = listed !== null && isSame(listed.admin, chat.me)
  const act = (work: () => Promise<void>) => () =>
    task.run(async () => {
      await work()
      setVersion((before) => before + 1)
    })
  const leave = act(async () => {
    await chat.groups.leave(group)
    model.close(`#${group}`)
    go('')
  })
  return (
    <>
      {task.error !== null && <p class="error">{task.error}</p>}
      {listed && <h2>Members · {listed.members ?? listed.names?.length}</h2>}
      <ul class="people">
        {(listed?.names ?? []).map((user) => (
          <li key={user}>
            <Avatar name={user} isHere={model.roster.isHere(user)} />
            <span>
              {isSame(user, chat.me) ? `${user} (you)` : <a href={linkTo('c', `@${user}`)}>{user}</a>}
              {isSame(listed?.admin ?? null, user) && <small class="dim">admin</small>}
            </span>
            {isAdmin && !isSame(user, chat.me) && (
              <span class="buttons">
                <Button onClick={act(() => chat.groups.handOn(group, user))}>Make admin</Button>
                <Button kind="danger" onClick={act(() => chat.groups.kick(group, user))}>
                  Remove
                </Button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {isMember ? (
        <>
          <Button kind="danger" disabled={isAdmin || task.isBusy} onClick={leave}>
            Leave the group
          </Button>
          {isAdmin && <p class="dim">You are its admin: make somebody else the admin before you leave.</p>}
        </>
      ) : (
        <Button kind="main" disabled={task.isBusy} onClick={act(() => chat.groups.join(group))}>
          Join
        </Button>
      )}
    </>
  )
}
