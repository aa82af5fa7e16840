import { useEffect, useLayoutEffect } from 'preact/hooks'
import { Conversation } from '../conversation/conversation.tsx'
import { Details } from '../details/details.tsx'
import { useModel } from '../parts/use-model.ts'
import { go, useRoute } from '../parts/use-route.ts'
import type { Session } from '../session/session.ts'
import { goBeside, Sidebar } from '../sidebar/sidebar.tsx'
import { Banner } from './banner.tsx'
import { Lazy } from './lazy.tsx'
import { lazyViews, views } from './routes.ts'

export interface FrameProps {
  readonly session: Session
  leave(keys: boolean): void
  signInAgain(): void
}

/** What somebody sees who is signed in: the conversations, one of them, and more beside it. */
export function Frame({ session, leave, signInAgain }: FrameProps) {
  const { model } = session
  useModel(model)
  const { view, path } = useRoute()
  const View = Object.hasOwn(views, view) ? views[view] : undefined
  const load = Object.hasOwn(lazyViews, view) ? lazyViews[view] : undefined
  const [named = 'everybody', more] = view === 'c' ? path : []
  const title = View || load ? null : named
  useLayoutEffect(() => {
    if (title !== null && view === 'c') model.show(title)
  }, [title, view])
  useEffect(() => {
    const hear = (event: KeyboardEvent) => shortcut(event, session)
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  }, [session])
  const hasDetails = title !== null && more === 'info'
  const at = more === undefined || hasDetails ? null : Number(more)
  return (
    <main class={`frame ${view === '' ? 'at-list' : 'at-stage'} ${hasDetails ? 'with-details' : ''}`}>
      <Sidebar session={session} open={view === '' ? null : title} />
      <div class="stage">
        <Banner session={session} signInAgain={signInAgain} />
        {View && <View session={session} path={path} leave={leave} />}
        {load && <Lazy key={view} load={load} session={session} path={path} leave={leave} />}
        {title !== null && <Conversation session={session} title={title} at={at} />}
      </div>
      {hasDetails && <Details session={session} title={title} />}
    </main>
  )
}

/** Those that work everywhere: they are listed in the settings. */
function shortcut(event: KeyboardEvent, session: Session): void {
  const { key, altKey, ctrlKey, metaKey } = event
  const isMain = ctrlKey || metaKey
  if (isMain && key === 'k') document.querySelector<HTMLElement>('.find')?.focus()
  else if (isMain && key.toLowerCase() === 'f' && event.shiftKey) go('search')
  else if (isMain && key === ',') go('settings')
  else if (altKey && key === 'ArrowUp') goBeside(session, session.model.open.title, -1)
  else if (altKey && key === 'ArrowDown') goBeside(session, session.model.open.title, 1)
  else return
  event.preventDefault()
}
