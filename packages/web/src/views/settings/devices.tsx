import type { Chat, Device } from '@parley/client'
import { useEffect, useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { brief } from '../../parts/times.ts'
import { useTask } from '../../parts/use-task.ts'

/** Where this account is signed in. */
export function Devices({ chat }: { readonly chat: Chat }) {
  const [devices, setDevices] = useState<readonly Device[]>([])
  const task = useTask()
  const list = async () => setDevices(await chat.devices.list())
  useEffect(() => {
    if (chat.state === 'connected') task.run(list)
  }, [chat.state])
  const revoke = (id: number) =>
    task.run(async () => {
      await chat.devices.revoke(id)
      await list()
    })
  return (
    <section>
      <h2>Devices</h2>
      <ul class="people">
        {devices.map(({ id, label, lastSeen, isHere }) => (
          <li key={id}>
            <span>
              {label}
              <small class="dim">{isHere ? 'this device' : `last seen ${brief(lastSeen)}`}</small>
            </span>
            {!isHere && (
              <Button kind="danger" disabled={task.isBusy} onClick={() => revoke(id)}>
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      {devices.length === 0 && <p class="dim">No device is remembered.</p>}
      <p class="error" role="alert">
        {task.error}
      </p>
    </section>
  )
}
