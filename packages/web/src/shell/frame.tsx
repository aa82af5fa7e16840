import { useLayoutEffect } from 'preact/hooks'
import { Conversation } from '../conversation/conversation.tsx'
import type { Session } from '../session/session.ts'
import { Sidebar } from '../sidebar/sidebar.tsx'
import { Lazy } from './lazy.tsx'
import { views } from './routes.ts'
import { useModel } from '../parts/use-model.ts'
import { useRoute } from '../parts/use-route.ts'

/** What somebody sees who is signed in: the conversations, one of them, and more beside it. */
export function Frame({ session }: { readonly session: Session }) {
  const { model } = session
  useModel(model)
  const { view, path } = useRoute()
  const load = Object.hasOwn(views, view) ? views[view] : undefined
  const title = load ? null : view === 'c' ? (path[0] ?? 'everybody') : 'everybody'
  useLayoutEffect(() => {
    if (title !== null) model.show(title)
  }, [title])
  return (
    <div class={`frame ${view === '' ? 'at-list' : 'at-stage'}`}>
      <Sidebar session={session} open={view === '' ? null : title} />
      <main class="stage">
        {session.break && <p class="banner">Not connected. Trying again…</p>}
        {load ? <Lazy key={view} load={load} session={session} path={path} /> : null}
        {title !== null && <Conversation session={session} title={title} />}
      </main>
    </div>
  )
}
