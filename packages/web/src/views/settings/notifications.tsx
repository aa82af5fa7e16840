import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'

/** Whether this page may tell of messages while somebody looks elsewhere. */
export function Notifications() {
  const [permission, setPermission] = useState('Notification' in globalThis ? Notification.permission : 'denied')
  return (
    <section>
      <h2>Notifications</h2>
      {permission === 'granted' && <p>You are told of private messages, and of those that name you.</p>}
      {permission === 'denied' && <p class="dim">The browser lets this page show none.</p>}
      {permission === 'default' && (
        <Button onClick={() => void Notification.requestPermission().then(setPermission)}>
          Tell me of messages to me
        </Button>
      )}
    </section>
  )
}
