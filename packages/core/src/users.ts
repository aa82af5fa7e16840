import type { Accounts } from './accounts.ts'
import type { Audience } from './audience.ts'
import type { Address, ChatEvent } from './events.ts'
import type { FileManners } from './files.ts'
import type { Sealing } from './keys.ts'
import type { Ability, Notice } from './notices.ts'
import { keyOf, parseUserName, type NameFailure, type NameKey, type UserName } from './names.ts'
import type { Bus } from './ports/bus.ts'
import type { Subscriber } from './ports/channel.ts'
import type { Clock } from './ports/clock.ts'
import type { Account, StoreFailure } from './ports/store.ts'
import { fail, ok, type Result } from './result.ts'
import type { Rate } from './settings.ts'
import { TokenBucket } from './token-bucket.ts'

export interface SignIn {
  readonly name: string
  /** Without one only a guest's name can be taken. */
  readonly password?: string | undefined
  /** Where the connection comes from; opaque, compared only. */
  readonly address: string
  readonly subscriber: Subscriber
  /**
   * False: only the holder of an account gets in, and an unknown name is refused as a wrong password is.
   * `without-password`: a password for a name that no account has is refused as `name-invalid`, where it stands behind
   * the name and can only be a part of it.
   */
  readonly guests: boolean | 'without-password'
  /** False: any number of such connections may hold the same account beside one exclusive one (P-10). */
  readonly exclusive: boolean
  /** What this connection can do beyond plain talk; nothing where absent. */
  readonly abilities?: ReadonlySet<Ability>
  /** How this connection takes part in sealed messages; where absent it does not. */
  readonly sealing?: Sealing
  /** How this connection gives and takes files; where absent it does neither. Needs `notice`. */
  readonly files?: FileManners
  /** Hears what concerns this connection alone. Called synchronously, and never after signing out. */
  notice?(notice: Notice): void
  /**
   * Called at the moment the name is theirs, before anybody else is told and before anything is delivered: the
   * place to say yes.
   */
  welcome(name: UserName): void
}

/**
 * `name-taken`: somebody holds it, or it is registered and the password is missing or wrong.
 * `wrong-password`: the same, where no guests are let in. `gone`: the connection ended while its sign-in was awaited.
 */
export type SignInFailure = NameFailure | 'name-taken' | 'wrong-password' | 'gone' | StoreFailure

/** One signed-in connection. What a session holds as proof of who it is. */
export interface Presence {
  readonly name: UserName
  /** Where the connection comes from; opaque, compared only. */
  readonly address: string
  readonly subscriber: Subscriber
  readonly exclusive: boolean
  readonly abilities: ReadonlySet<Ability>
  readonly sealing: Sealing | null
  readonly files: FileManners | null
  notice(notice: Notice): void
}

/** Somebody who is here, by one connection or several. */
export interface User {
  readonly name: UserName
  /** Whether the name is an account's; a guest has no mailbox. */
  readonly registered: boolean
  readonly presences: ReadonlySet<Presence>
  readonly messages: TokenBucket
}

/** A feature of the core that must know who comes and goes. */
export interface UsersWatcher {
  /** After the arrival was published. */
  arrived?(presence: Presence, user: User): void
  /** After the departure was published; `user` is gone when it has no presence left. */
  departed?(presence: Presence, user: User): void
}

export interface UsersPorts {
  readonly accounts: Accounts
  readonly audience: Audience
  readonly bus: Bus
  readonly clock: Clock
  readonly messageRate: Rate | null
}

type OnlineUser = User & { readonly presences: Set<Presence> }

/** Who is here. Listed in the order of signing in. */
export class Users {
  readonly #ports: UsersPorts
  readonly #online = new Map<NameKey, OnlineUser>()
  readonly #watchers: UsersWatcher[] = []
  /** The password hash at the time of signing in. */
  readonly #signedInWith = new WeakMap<Presence, string>()

  constructor(ports: UsersPorts) {
    this.#ports = ports
  }

  watch(watcher: UsersWatcher): void {
    this.#watchers.push(watcher)
  }

  async signIn(how: SignIn): Promise<Result<Presence, SignInFailure>> {
    const parsed = parseUserName(how.name)
    if (!parsed.ok) return parsed
    const identity = await this.#identify(parsed.value, how)
    if (!identity.ok) return identity

    // From here to the end nothing is awaited: of two who claim a name at once exactly one finds it free.
    if (!how.subscriber.open) return fail('gone')
    const { name, account } = identity.value
    const registered = account !== null
    const holder = this.#online.get(keyOf(name))
    if (holder && !maySitBeside(holder, registered, how.exclusive)) return fail('name-taken')

    const presence: Presence = {
      name,
      address: how.address,
      subscriber: how.subscriber,
      exclusive: how.exclusive,
      abilities: how.abilities ?? new Set(),
      sealing: how.sealing ?? null,
      files: how.files ?? null,
      notice: (notice) => how.notice?.(notice),
    }
    if (account) this.#signedInWith.set(presence, account.hash)
    how.welcome(name)
    const user = holder ?? this.#arrive(name, registered)
    user.presences.add(presence)
    this.#ports.audience.add(how.subscriber)
    for (const watcher of this.#watchers) watcher.arrived?.(presence, user)
    return ok(presence)
  }

  signOut(presence: Presence): void {
    const user = this.#online.get(keyOf(presence.name))
    if (!user?.presences.delete(presence)) return
    this.#ports.audience.remove(presence.subscriber)
    if (user.presences.size === 0) {
      this.#online.delete(keyOf(user.name))
      this.publish({ to: 'everyone', but: user.name }, { kind: 'user-left', user: user.name })
    }
    for (const watcher of this.#watchers) watcher.departed?.(presence, user)
  }

  names(): readonly UserName[] {
    return Array.from(this.#online.values(), (user) => user.name)
  }

  find(name: UserName): User | undefined {
    return this.#online.get(keyOf(name))
  }

  /**
   * Whether the account that a connection signed in with still is the one of its name: neither removed, nor made anew, nor given another
   * password since.
   */
  async holdsAccount(presence: Presence): Promise<Result<boolean, StoreFailure>> {
    const hash = this.#signedInWith.get(presence)
    if (hash === undefined) return ok(false)
    const account = await this.#ports.accounts.find(presence.name)
    return account.ok ? ok(account.value?.hash === hash) : account
  }

  /** To the audience here and, by the bus, on every other node. Everybody but the user who caused it. */
  publish(address: Address, event: ChatEvent): void {
    this.hear(address, event)
    this.#ports.bus.publish(address, event)
  }

  /** What the bus brought from another node. */
  hear(address: Address, event: ChatEvent): void {
    const causer = this.find(address.but)
    this.#ports.audience.publish(event, causer ? Array.from(causer.presences, (each) => each.subscriber) : [])
  }

  #arrive(name: UserName, registered: boolean): OnlineUser {
    const messages = new TokenBucket(this.#ports.messageRate, this.#ports.clock)
    const user: OnlineUser = { name, registered, presences: new Set(), messages }
    this.#online.set(keyOf(name), user)
    this.publish({ to: 'everyone', but: name }, { kind: 'user-joined', user: name })
    return user
  }

  async #identify(
    name: UserName,
    how: SignIn,
  ): Promise<Result<{ name: UserName; account: Account | null }, SignInFailure>> {
    if (!how.guests) {
      const account = await this.#ports.accounts.authenticate({
        name,
        password: how.password ?? '',
        address: how.address,
      })
      return account.ok ? ok({ name: account.value.name, account: account.value }) : account
    }
    const account = await this.#ports.accounts.find(name)
    if (!account.ok) return account
    if (!account.value) {
      return how.guests === 'without-password' && how.password ? fail('name-invalid') : ok({ name, account: null })
    }
    if (!how.password) return fail('name-taken')
    const right = await this.#ports.accounts.authenticate({ name, password: how.password, address: how.address })
    if (right.ok) return ok({ name: right.value.name, account: right.value })
    return right.fail === 'wrong-password' ? fail('name-taken') : right
  }
}

function maySitBeside(holder: User, registered: boolean, exclusive: boolean): boolean {
  if (!registered || !holder.registered) return false
  if (!exclusive) return true
  for (const presence of holder.presences) if (presence.exclusive) return false
  return true
}
