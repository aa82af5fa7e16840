import type { ListedGroup } from '@parley/client'
import { useEffect, useState } from 'preact/hooks'
import { Avatar } from '../../parts/avatar.tsx'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { go, linkTo } from '../../parts/use-route.ts'
import { useTask } from '../../parts/use-task.ts'
import type { ViewProps } from '../../parts/view.ts'
import { ViewFrame } from '../../parts/view-frame.tsx'

/** All groups that there are, and a new one. */
export function Groups({ session }: ViewProps) {
  const { chat, model } = session
  const [listed, setListed] = useState<readonly ListedGroup[]>([])
  const task = useTask()
  useEffect(() => {
    if (chat.state === 'connected') task.run(async () => setListed(await chat.groups.list()))
  }, [chat.state])
  const enter = (how: 'create' | 'join', name: string) =>
    task.run(async () => {
      await chat.groups[how](name)
      go('c', `#${name}`)
    })
  const make = (event: SubmitEvent) => {
    event.preventDefault()
    enter('create', (event.currentTarget as HTMLFormElement).querySelector('input')!.value.trim())
  }
  const joined = new Set(model.groups.joined.map((name) => name.toLowerCase()))
  return (
    <ViewFrame title="Groups">
      <form class="row" onSubmit={make}>
        <Field label="Make a group">
          {(id) => <input id={id} required maxLength={64} pattern="[A-Za-z0-9_]+" title="Letters, digits and _" />}
        </Field>
        <Button kind="main" type="submit" disabled={task.isBusy}>
          Make
        </Button>
      </form>
      <p class="error" role="alert">
        {task.error}
      </p>
      <ul class="people">
        {listed.map(({ name, admin, members }) => (
          <li key={name}>
            <Avatar name={`#${name}`} />
            <span>
              <a href={linkTo('c', `#${name}`)}>#{name}</a>
              <small class="dim">
                {members === 1 ? '1 member' : `${members} members`}
                {admin !== null && `, led by ${admin}`}
              </small>
            </span>
            {!joined.has(name.toLowerCase()) && <Button onClick={() => enter('join', name)}>Join</Button>}
          </li>
        ))}
      </ul>
      {listed.length === 0 && !task.isBusy && <p class="dim">There are no groups yet.</p>}
    </ViewFrame>
  )
}
