import { useEffect, useState } from 'preact/hooks'
import { Announcer } from '../parts/announcer.tsx'
import { go } from '../parts/use-route.ts'
import { rememberAccount, rememberedAccount, type Account } from '../session/accounts.ts'
import { inWords } from '../session/errors.ts'
import { openSession, type Session } from '../session/session.ts'
import { Vault } from '../session/vault.ts'
import { Frame } from './frame.tsx'
import { SignIn } from './sign-in.tsx'

interface State {
  readonly session?: Session
  /** Undefined: it is not known yet; null: nobody. */
  readonly last?: Account | null
  readonly error?: string | null
  readonly isBusy?: boolean
}

const vault = Vault.open('parley')
const open = (title: string) => go('c', title)

/** The whole page: who is signed in on this device goes on; anybody else is asked who they are. */
export function Page() {
  const [{ session, last, error = null, isBusy = false }, setState] = useState<State>({})
  const fail = (account: Account) => (why: unknown) => setState({ last: account, error: inWords(why) })
  const signIn = async (account: Account, password?: string) => {
    setState({ last: account, isBusy: true })
    const how = { isRemembered: false, open, ...(password !== undefined && { password }) }
    const opened = await openSession(await vault, account, how)
    try {
      await opened.connected
      await rememberAccount(await vault, { ...account, name: opened.session.chat.me })
      setState({ session: opened.session })
    } catch (why) {
      fail(account)(why)
    }
  }
  const begin = async () => {
    const account = await rememberedAccount(await vault)
    if (!account) return setState({ last: null })
    const opened = await openSession(await vault, account, { isRemembered: true, open })
    setState({ session: opened.session })
    opened.connected.catch(fail(account))
  }
  useEffect(() => void begin(), [])
  const leave = async (keys: boolean) => {
    await session?.signOut(keys)
    location.hash = ''
    setState({ last: null })
  }
  const signInAgain = () => {
    void session?.chat.close()
    setState({ last: session?.account ?? null })
  }
  if (session) {
    return (
      <>
        <Frame session={session} leave={(keys) => void leave(keys)} signInAgain={signInAgain} />
        <Announcer model={session.model} />
      </>
    )
  }
  if (last === undefined) return null
  return (
    <SignIn
      key={last?.name}
      last={last}
      error={error}
      isBusy={isBusy}
      signIn={(who, password) => void signIn(who, password)}
    />
  )
}
