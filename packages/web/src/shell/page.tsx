import { useEffect, useState } from 'preact/hooks'
import { rememberAccount, rememberedAccount, type Account } from '../session/accounts.ts'
import { inWords } from '../session/errors.ts'
import { openSession, type Session } from '../session/session.ts'
import { Vault } from '../session/vault.ts'
import { Frame } from './frame.tsx'
import { SignIn } from './sign-in.tsx'

type State =
  | { readonly is: 'starting' }
  | {
      readonly is: 'signed-out'
      readonly last: Account | null
      readonly error: string | null
      readonly isBusy: boolean
    }
  | { readonly is: 'signed-in'; readonly session: Session }

const vault = Vault.open('parley')

/** The whole page: who is signed in on this device goes on; anybody else is asked who they are. */
export function Page() {
  const [state, setState] = useState<State>({ is: 'starting' })
  const signIn = async (account: Account, password?: string) => {
    setState({ is: 'signed-out', last: account, error: null, isBusy: true })
    try {
      const session = await openSession(await vault, account, password)
      await rememberAccount(await vault, { ...account, name: session.chat.me })
      setState({ is: 'signed-in', session })
    } catch (error) {
      setState({ is: 'signed-out', last: account, error: inWords(error), isBusy: false })
    }
  }
  const begin = async () => {
    const account = await rememberedAccount(await vault)
    if (account) await signIn(account)
    else setState({ is: 'signed-out', last: null, error: null, isBusy: false })
  }
  useEffect(() => void begin(), [])
  if (state.is === 'starting') return null
  if (state.is === 'signed-in') return <Frame session={state.session} />
  return <SignIn {...state} signIn={(account, password) => void signIn(account, password)} />
}
