import { Button } from '../parts/button.tsx'
import { linkTo } from '../parts/use-route.ts'
import type { Session } from '../session/session.ts'

/** What is wrong with the connection, or has to be decided, as long as it is so. */
export function Banner({ session, signInAgain }: { readonly session: Session; signInAgain(): void }) {
  const { chat } = session
  if (session.break) {
    const { isRefused, reason } = session.break
    return (
      <div class="banner">
        <p>{isRefused ? `Not connected: ${reason}.` : 'Not connected. What you write is sent later.'}</p>
        <Button onClick={() => chat.retry()}>Try now</Button>
        {isRefused && <Button onClick={signInAgain}>Sign in again</Button>}
      </div>
    )
  }
  if (chat.state === 'reconnecting') return <p class="banner">Connecting…</p>
  if (!chat.recovery.isNeeded) return null
  return (
    <div class="banner">
      <p>This account has sealed before. Bring its keys to this device, to read and write sealed.</p>
      <a class="button main" href={linkTo('settings', 'keys')}>
        Decide
      </a>
    </div>
  )
}
