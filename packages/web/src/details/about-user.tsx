import { useEffect, useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Button } from '../parts/button.tsx'
import { useTask } from '../parts/use-task.ts'
import type { Session } from '../session/session.ts'

/** Somebody: whether they are here, and the number that both sides can compare. */
export function AboutUser({ session, user }: { readonly session: Session; readonly user: string }) {
  const { chat, model } = session
  const [number, setNumber] = useState<string | null>(null)
  const task = useTask()
  const isChanged = model.distrusts(user)
  const show = () => task.run(async () => setNumber(await chat.sealing.safetyNumber(user)))
  useEffect(() => {
    if (isChanged) show()
  }, [isChanged])
  const accept = () =>
    task.run(async () => {
      await chat.sealing.acceptKey(user)
      model.keyAccepted(user)
    })
  const isHidden = model.roster.isIgnored(user)
  return (
    <>
      <p class="person">
        <Avatar name={user} isHere={model.roster.isHere(user)} />
        <strong>{user}</strong>
        <span class="dim">{model.roster.isHere(user) ? 'is here' : 'is not here'}</span>
      </p>
      <h2>Safety number</h2>
      {isChanged && (
        <p class="warning" role="alert">
          The key of {user} has changed. Either they have a new device, or somebody sits between you. Nothing is sent to
          them until you accept the new key. Compare this number with theirs first, by another way.
        </p>
      )}
      {number === null ? (
        <Button disabled={task.isBusy} onClick={show}>
          Show the safety number
        </Button>
      ) : (
        <>
          <p class="number">{number}</p>
          <p class="dim">Read it to each other. If both of you see the same, nobody sits between you.</p>
        </>
      )}
      {isChanged && number !== null && (
        <Button kind="danger" onClick={accept}>
          Accept the new key
        </Button>
      )}
      {task.error !== null && <p class="error">{task.error}</p>}
      <label class="check">
        <input type="checkbox" checked={isHidden} onChange={() => model.roster.ignore(user, !isHidden)} />
        <span>Hide what {user} writes</span>
      </label>
    </>
  )
}
