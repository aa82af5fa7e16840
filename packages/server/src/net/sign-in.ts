import {
  fail,
  parseUserName,
  type AccountProof,
  type Command,
  type ConnectionId,
  type Result,
  type Told,
  type UserName,
} from '@parley/core'
import type { SignedIn, SignIn, SignInFailure } from '@parley/protocols'
import { deviceTokenHash } from '../passwords/device-tokens.ts'
import type { ConnectionServices } from './connection-services.ts'
import { shareOf } from './shares.ts'

/** The connection on which somebody signs in. */
export interface SigningIn {
  readonly id: ConnectionId
  readonly address: string
  readonly services: ConnectionServices
  readonly isOpen: boolean
  /** As `Log.submit`. The reply keeps its place among what the connection is sent. */
  submitInPlace<C extends Command>(command: C, told: (result: Told<C>) => void): Promise<void> | undefined
  /** Ends the connection in the words of its protocol. */
  turnAway(why: 'banned' | 'no-guests'): void
}

type Arrived = (result: Result<SignedIn, SignInFailure>) => void

/**
 * Who somebody is: a guest by a free name, or the holder of an account, by its password or by
 * the token of one of its devices. Each address has its turns, and one after which nobody
 * signed in costs nothing.
 */
export function signIn(connection: SigningIn, how: SignIn, told: Arrived): void | Promise<void> {
  const { services, address } = connection
  const toldLast: Arrived = (result) => {
    if (!result.ok) services.signIns.giveBack(address)
    told(result)
  }
  const turn = services.signIns.turn(address, () => connection.isOpen)
  return turn ? turn.then(() => identify(connection, how, toldLast)) : identify(connection, how, toldLast)
}

function identify(connection: SigningIn, how: SignIn, told: Arrived): void | Promise<void> {
  const name = parseUserName(how.name)
  if (how.token !== undefined) return present(connection, how, how.token, name.ok ? name.value : null, told)
  if (how.guests) {
    if (!name.ok) return told(name)
    if (!connection.services.community.accounts.find(name.value)) {
      return arrive(connection, how, name.value, null, told)
    }
    if (!how.password) return told(fail('name-taken'))
  }
  return prove(connection, how, name.ok ? name.value : null, told)
}

function present(
  connection: SigningIn,
  how: SignIn,
  token: string,
  name: UserName | null,
  told: Arrived,
): void | Promise<void> {
  const { accounts, devices } = connection.services.community
  const account = name === null ? undefined : accounts.find(name)
  const device = account && devices.byHash(account.name, deviceTokenHash(token))
  if (!account || !device) return told(fail('wrong-password'))
  return arrive(connection, how, account.name, { version: account.version, device: device.id }, told)
}

async function prove(connection: SigningIn, how: SignIn, name: UserName | null, told: Arrived): Promise<void> {
  const { services, address } = connection
  const proof = await services.prove({ name, password: how.password ?? '', address })
  if (!connection.isOpen) return
  if (proof.ok && name !== null) return arrive(connection, how, name, proof.value, told)
  told(fail(how.guests ? 'name-taken' : 'wrong-password'))
}

function arrive(
  connection: SigningIn,
  { exclusive, capabilities, guests }: SignIn,
  name: UserName,
  proof: AccountProof | null,
  told: Arrived,
): void | Promise<void> {
  const { id, address } = connection
  const node = connection.services.node()
  const share = shareOf(name, proof !== null, address)
  return connection.submitInPlace(
    { do: 'arrive', connection: id, node, name, proof, address, share, exclusive, capabilities },
    (result) => {
      if (result.ok) return told(result)
      const why = result.fail
      // No document has a word for it at sign-in, and most have one for an end.
      if (why === 'banned' || why === 'no-guests') return connection.turnAway(why)
      told(fail(why === 'name-taken' && !guests ? 'wrong-password' : why))
    },
  )
}
