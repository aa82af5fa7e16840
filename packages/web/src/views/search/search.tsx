import type { PastMessage } from '@parley/client'
import { conversationOf, titleOf } from '@parley/client/conversations'
import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { nameOf } from '../../parts/names.ts'
import { brief } from '../../parts/times.ts'
import { go, linkTo } from '../../parts/use-route.ts'
import { useTask } from '../../parts/use-task.ts'
import type { ViewProps } from '../../parts/view.ts'
import { ViewFrame } from '../../parts/view-frame.tsx'
import { messageOn } from './message-on.ts'

/** Finds what was said, and goes to a day. */
export function Search({ session, path }: ViewProps) {
  const [title] = path
  const { chat, past } = session
  const [found, setFound] = useState<readonly PastMessage[] | null>(null)
  const task = useTask()
  const name = title === undefined ? 'all conversations' : nameOf(title)
  const search = (event: SubmitEvent) => {
    event.preventDefault()
    const text = inputIn(event).value.trim()
    if (text !== '') task.run(async () => setFound(await past.search(text, title)))
  }
  const jump = (event: SubmitEvent) => {
    event.preventDefault()
    const day = inputIn(event).valueAsDate
    const place = title ?? 'everybody'
    if (!day) return
    // The field means a day in the zone of who reads.
    const start = day.getTime() + day.getTimezoneOffset() * 60_000
    task.run(async () => {
      const seq = await messageOn(chat.history, conversationOf(place), start)
      if (seq !== null) go('c', place, String(seq))
      else setFound([])
    })
  }
  return (
    <ViewFrame title={`Search in ${name}`}>
      <form role="search" class="row" onSubmit={search}>
        <Field label="Words">{(id) => <input id={id} type="search" autofocus required />}</Field>
        <Button kind="main" type="submit" disabled={task.isBusy}>
          Search
        </Button>
      </form>
      <form class="row" onSubmit={jump}>
        <Field label="Go to a day">{(id) => <input id={id} type="date" required />}</Field>
        <Button type="submit" disabled={task.isBusy}>
          Go
        </Button>
      </form>
      <p class="error" role="alert">
        {task.error}
      </p>
      {found && (
        <p class="dim">
          {found.length === 0
            ? 'Nothing was found. What is sealed cannot be searched on the server.'
            : 'The newest first:'}
        </p>
      )}
      <ul class="found">
        {found?.map(({ of, from, stamp, body }) => (
          <li key={stamp.seq}>
            <a href={linkTo('c', titleOf(of), String(stamp.seq))}>
              <strong>{from}</strong>
              <span class="dim">
                {nameOf(titleOf(of))} · {brief(stamp.at)}
              </span>
              <span>{body.kind === 'text' ? body.text : ''}</span>
            </a>
          </li>
        ))}
      </ul>
    </ViewFrame>
  )
}

function inputIn({ currentTarget }: SubmitEvent): HTMLInputElement {
  return (currentTarget as HTMLFormElement).querySelector('input')!
}
