import type { ViewProps } from '../../parts/view.ts'
import { linkTo } from '../../parts/use-route.ts'
import { ViewFrame } from '../../parts/view-frame.tsx'
import { Devices } from './devices.tsx'
import { Keys } from './keys.tsx'
import { Leaving } from './leaving.tsx'
import { Notifications } from './notifications.tsx'

const shortcuts = [
  ['Enter, Shift+Enter', 'send; begin a new line'],
  ['Ctrl+K', 'find a person or a conversation'],
  ['Alt+Up, Alt+Down', 'the conversation above or below'],
  ['Up, Down', 'in messages: from one to the next; Tab: what can be done with it; Escape: back to writing'],
  ['Ctrl+Shift+F', 'search'],
  ['Ctrl+,', 'settings'],
] as const

/** One's devices and keys, and how this page behaves. */
export function Settings({ session, leave }: ViewProps) {
  return (
    <ViewFrame title="Settings">
      <Keys session={session} />
      <Notifications />
      {session.chat.can.has('devices') && !session.account.isGuest && <Devices chat={session.chat} />}
      <section>
        <h2>The server</h2>
        <p>
          <a href={linkTo('lens')}>What goes over the wire</a>, in every protocol
        </p>
        {session.chat.can.has('admin') && session.chat.admin.isAdmin() && (
          <p>
            <a href={linkTo('operator')}>Look after the server</a>
          </p>
        )}
      </section>
      <section>
        <h2>Keyboard</h2>
        <dl>
          {shortcuts.map(([keys, what]) => (
            <div key={keys}>
              <dt>{keys}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
      <Leaving session={session} leave={leave} />
    </ViewFrame>
  )
}
