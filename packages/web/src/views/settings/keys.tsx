import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { useTask } from '../../parts/use-task.ts'
import type { Session } from '../../session/session.ts'

/** The keys of the account: made anew, brought from a backup, and kept by a phrase. */
export function Keys({ session }: { readonly session: Session }) {
  const { chat, account, model } = session
  const [phrase, setPhrase] = useState<string | null>(null)
  const task = useTask()
  if (!chat.can.has('sealing') || !isSecureContext) return null
  const { recovery } = chat
  const run = (work: () => Promise<unknown>) =>
    task.run(async () => {
      await work()
      model.touch()
    })
  const restore = (event: SubmitEvent) => {
    event.preventDefault()
    run(() => recovery.restore((event.currentTarget as HTMLFormElement).querySelector('input')!.value))
  }
  return (
    <section>
      <h2>Keys</h2>
      <p class="dim">What you write to one person or in a group is sealed: this server cannot read it.</p>
      {recovery.isNeeded && (
        <form onSubmit={restore}>
          {session.hasBackup ? (
            <>
              <p>This account has sealed before, on another device. Its recovery phrase brings the keys here.</p>
              <Field label="Recovery phrase">
                {(id) => <input id={id} required autocomplete="off" autocapitalize="off" spellcheck={false} />}
              </Field>
            </>
          ) : (
            <p>This account has keys on another device. Make a recovery phrase there, and sign in here again.</p>
          )}
          <p class="buttons">
            {session.hasBackup && (
              <Button kind="main" type="submit" disabled={task.isBusy}>
                Bring the keys here
              </Button>
            )}
            <Button kind="danger" disabled={task.isBusy} onClick={() => run(() => recovery.beginAnew())}>
              Make new keys instead
            </Button>
          </p>
          <p class="dim">
            With new keys everybody is told that yours have changed, and old sealed messages stay closed.
          </p>
        </form>
      )}
      {!recovery.isNeeded && !account.isGuest && chat.can.has('backup') && (
        <>
          <p>Twelve words give another device your keys, also when this one is lost.</p>
          {phrase === null ? (
            <Button disabled={task.isBusy} onClick={() => task.run(async () => setPhrase(await recovery.make()))}>
              Make a recovery phrase
            </Button>
          ) : (
            <>
              <p class="number">{phrase}</p>
              <p class="warning">Write it down now: it is shown once. The phrase before it does not work any more.</p>
            </>
          )}
        </>
      )}
      <p class="error" role="alert">
        {task.error}
      </p>
    </section>
  )
}
