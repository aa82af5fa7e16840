import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { useTask } from '../../parts/use-task.ts'
import type { ViewProps } from '../../parts/view.ts'
import { exportOf } from './export.ts'

/** All that one has written, as a file, and the way out. */
export function Leaving({ session, leave }: Pick<ViewProps, 'session' | 'leave'>) {
  const [keys, setKeys] = useState(false)
  const task = useTask()
  const save = () =>
    task.run(async () => {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(await exportOf(session.chat.history))
      link.download = `parley-${session.chat.me}.jsonl`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    })
  return (
    <section>
      <h2>Account</h2>
      {session.chat.can.has('history') && (
        <Button disabled={task.isBusy} onClick={save}>
          {task.isBusy ? 'Exporting…' : 'Export what I wrote'}
        </Button>
      )}
      <p class="error" role="alert">
        {task.error}
      </p>
      <label class="check">
        <input type="checkbox" checked={keys} onChange={() => setKeys(!keys)} />
        <span>
          Forget my keys on this device
          <small class="dim">Without the recovery phrase, what is sealed cannot be read again.</small>
        </span>
      </label>
      <Button kind="danger" onClick={() => leave(keys)}>
        Sign out
      </Button>
    </section>
  )
}
