import { useRef, useState } from 'preact/hooks'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import type { Account } from '../session/accounts.ts'

export interface SignInProps {
  /** Why the last attempt failed. */
  readonly error: string | null
  readonly isBusy: boolean
  /** Who was here last. */
  readonly last: Account | null
  signIn(account: Account, password: string | undefined): void
}

/** Who comes in: a guest by a free name, or somebody who has an account. */
export function SignIn({ error, isBusy, last, signIn }: SignInProps) {
  const nameInput = useRef<HTMLInputElement>(null)
  const passwordInput = useRef<HTMLInputElement>(null)
  const [isGuest, setGuest] = useState(last?.isGuest ?? true)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const name = nameInput.current!.value.trim()
    signIn({ name, isGuest }, isGuest ? undefined : passwordInput.current!.value)
  }
  return (
    <main class="sign-in">
      <form onSubmit={submit}>
        <img src="icon.svg" alt="" width="64" height="64" />
        <h1>Parley</h1>
        <fieldset class="choice">
          <legend class="unseen">How do you come?</legend>
          <label>
            <input type="radio" name="how" checked={isGuest} onChange={() => setGuest(true)} />
            <span>As a guest</span>
          </label>
          <label>
            <input type="radio" name="how" checked={!isGuest} onChange={() => setGuest(false)} />
            <span>With an account</span>
          </label>
        </fieldset>
        <Field label="Name">
          {(id) => (
            <input
              id={id}
              ref={nameInput}
              name="name"
              required
              maxLength={32}
              pattern="[A-Za-z0-9_]{1,32}"
              title="Letters, digits and _"
              autocomplete="username"
              autocapitalize="off"
              spellcheck={false}
              autofocus
              defaultValue={last?.name ?? ''}
            />
          )}
        </Field>
        {!isGuest && (
          <Field label="Password">
            {(id) => (
              <input
                id={id}
                ref={passwordInput}
                name="password"
                type="password"
                required
                autocomplete="current-password"
              />
            )}
          </Field>
        )}
        <p class="error" role="alert">
          {error}
        </p>
        <Button kind="main" type="submit" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </Button>
        {!isSecureContext && (
          <p class="warning">
            This page came over an unencrypted connection: nothing is sealed, and nothing is kept here.
          </p>
        )}
      </form>
    </main>
  )
}
