import { parseUserName, type Core, type Presence, type Subscriber, type UserName } from '@parley/core'
import { encodeText } from '../kit/text.ts'
import { signInReplies, type ReplyCode } from './replies.ts'

const longestName = 10 // bytes, P-4
const longestPassword = 15

/** A name that no account can have, because it is reserved. */
const nobody = 'unknown' as UserName

/** What PASS needs to sign somebody in. `welcome`: the moment to say 230. */
export interface Attempt {
  readonly core: Core
  readonly address: string
  readonly name: string
  readonly password: string
  readonly subscriber: Subscriber
  readonly welcome: () => void
}

/** 560 else (P-4). Whether anybody has the name is not looked at here. */
export function isUsername(name: string): boolean {
  return fits(name, longestName)
}

/** Who signed in, or what is to be answered; null: nobody is left to answer. */
export async function signIn(attempt: Attempt): Promise<Presence | ReplyCode | null> {
  const { core, address, name, password, subscriber, welcome } = attempt
  const parsed = parseUserName(name)
  if (!parsed.ok || !fits(password, longestPassword)) {
    // Refused whatever comes out, and no sooner than a wrong password is: the same search, the same hash (P-4).
    await core.accounts.authenticate({ name: parsed.ok ? parsed.value : nobody, password, address })
    return '565'
  }
  const signedIn = await core.users.signIn({
    name,
    password,
    address,
    subscriber,
    guests: false,
    exclusive: false, // P-10
    welcome,
  })
  return signedIn.ok ? signedIn.value : signInReplies[signedIn.fail]
}

function fits(text: string, longest: number): boolean {
  return text !== '' && encodeText(text).length <= longest
}
