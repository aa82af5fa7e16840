import type { Accounts } from './accounts.ts'
import type { ConversationKey } from './conversation.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { HookEvent } from './hook-events.ts'
import { keyOf, type NameKey, type UserName } from './names.ts'
import { done, fail, ok, type Result } from './result.ts'
import type { Users } from './users.ts'
import type { Hook, HookCalls } from './writes.ts'

/** Hooks that one server may have. */
const mostHooks = 256
/** How long calls may fail without a success in between until they are switched off. */
const giveUpMs = 86_400_000

export type HookCommand =
  | {
      readonly do: 'hook.add'
      readonly name: UserName
      readonly hash: string
      readonly to: ConversationKey | null
      readonly calls: Pick<HookCalls, 'url' | 'secret' | 'of'> | null
    }
  | { readonly do: 'hook.remove'; readonly name: UserName }
  /** What the hook hears was delivered up to this number. */
  | { readonly do: 'hook.delivered'; readonly hook: number; readonly upTo: number }
  /** A call has failed. */
  | { readonly do: 'hook.failed'; readonly hook: number }
type Command<D> = Extract<HookCommand, { do: D }>

export interface HookResults {
  'hook.add': Result<
    { readonly id: number },
    'hook-exists' | 'account-exists' | 'name-in-use' | 'too-many-hooks' | 'unavailable'
  >
  'hook.remove': Result<void, 'no-such-hook' | 'unavailable'>
  'hook.delivered': Result<void, 'no-such-hook' | 'unavailable'>
  /** `off`: calls have failed for a day, and there are none any more. */
  'hook.failed': Result<{ readonly off: boolean }, 'no-such-hook' | 'unavailable'>
}

/**
 * Hooks: bots that post by a token, and URLs that are called. Durable. The name of a hook is
 * nobody else's: no user signs in with it, and no account has it.
 */
export class Hooks {
  readonly #accounts: Accounts
  readonly #users: Users
  readonly #hooks = new Map<NameKey, Hook>()
  /** Conversations that some hook hears. */
  #heard: ReadonlySet<ConversationKey> = new Set()

  constructor(accounts: Accounts, users: Users) {
    this.#accounts = accounts
    this.#users = users
  }

  get size(): number {
    return this.#hooks.size
  }

  find(name: UserName): Hook | undefined {
    return this.#hooks.get(keyOf(name))
  }

  byId(id: number): Hook | undefined {
    return this.list().find((hook) => hook.id === id)
  }

  /** The hook whose token has this hash. */
  byHash(hash: string): Hook | undefined {
    return this.list().find((hook) => hook.hash === hash)
  }

  /** In the order in which they were added. */
  list(): readonly Hook[] {
    return [...this.#hooks.values()]
  }

  add({ seq, writable, command }: Entry<Command<'hook.add'>>, out: Effects): HookResults['hook.add'] {
    const { name, hash, to, calls } = command
    if (this.find(name)) return fail('hook-exists')
    if (this.#accounts.find(name)) return fail('account-exists')
    if (this.#users.find(name)) return fail('name-in-use')
    if (this.#hooks.size >= mostHooks) return fail('too-many-hooks')
    if (!writable) return fail('unavailable')
    const called = calls && { ...calls, delivered: seq, failingSince: null, isOff: false }
    this.#put({ id: seq, name, hash, to, calls: called }, out)
    out.durable = true
    out.hooks({ kind: 'hooks-changed' })
    return ok({ id: seq })
  }

  /** A full disk takes it: whoever is posted too much can end it. */
  remove({ removable, command }: Entry<Command<'hook.remove'>>, out: Effects): HookResults['hook.remove'] {
    const hook = this.find(command.name)
    if (!hook) return fail('no-such-hook')
    if (!removable) return fail('unavailable')
    this.#hooks.delete(keyOf(hook.name))
    this.#changed()
    out.write({ write: 'hook.remove', id: hook.id })
    out.durable = true
    out.hooks({ kind: 'hooks-changed' })
    return done
  }

  delivered({ writable, command }: Entry<Command<'hook.delivered'>>, out: Effects): HookResults['hook.delivered'] {
    const hook = this.byId(command.hook)
    if (!hook?.calls) return fail('no-such-hook')
    const { calls } = hook
    const delivered = Math.max(command.upTo, calls.delivered)
    if (delivered === calls.delivered && calls.failingSince === null) return done
    if (!writable) return fail('unavailable')
    this.#put({ ...hook, calls: { ...calls, delivered, failingSince: null } }, out)
    return done
  }

  failed({ at, writable, command }: Entry<Command<'hook.failed'>>, out: Effects): HookResults['hook.failed'] {
    const hook = this.byId(command.hook)
    if (!hook?.calls) return fail('no-such-hook')
    const { calls } = hook
    const failingSince = calls.failingSince ?? at
    const isOff = calls.isOff || at - failingSince >= giveUpMs
    if (failingSince === calls.failingSince && isOff === calls.isOff) return ok({ off: isOff })
    if (!writable) return fail('unavailable')
    this.#put({ ...hook, calls: { ...calls, failingSince, isOff } }, out)
    return ok({ off: isOff })
  }

  /** Whoever calls hooks is told, where one hears this conversation. */
  tell(said: Omit<Extract<HookEvent, { kind: 'hook-heard' }>, 'kind'>, out: Effects): void {
    if (this.#heard.has(said.conversation)) out.hooks({ kind: 'hook-heard', ...said })
  }

  /** Takes over what the store holds in place of what it could not take. */
  reset(hooks: readonly Hook[], out: Effects): void {
    const before = JSON.stringify(this.list())
    this.restore(hooks)
    if (JSON.stringify(this.list()) !== before) out.hooks({ kind: 'hooks-changed' })
  }

  save(): readonly Hook[] {
    return this.list()
  }

  restore(hooks: readonly Hook[]): void {
    this.#hooks.clear()
    for (const hook of hooks) this.#hooks.set(keyOf(hook.name), hook)
    this.#changed()
  }

  #put(hook: Hook, out: Effects): void {
    this.#hooks.set(keyOf(hook.name), hook)
    this.#changed()
    out.write({ write: 'hook.put', hook })
  }

  #changed(): void {
    this.#heard = new Set(this.list().flatMap(({ calls }) => (calls && !calls.isOff ? calls.of : [])))
  }
}
