import { ok, type Command, type Community, type Hook, type Log, type Random, type Told } from '@parley/core'
import { makeHookSecret, makeHookToken } from '../hooks/hook-secrets.ts'
import type { HookRequest, HookResults, ListedHook } from './hook-requests.ts'

interface Parts {
  readonly submit: Log['submit']
  readonly hooks: Community['hooks']
  readonly random: Random
}

/** Carries out what the operator asks of the hooks. Of a token only the hash comes into the log. */
export class HookAdmin {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async carryOut(request: HookRequest): Promise<HookResults[HookRequest['do']]> {
    const { hooks, random } = this.#parts
    if (request.do === 'hook.list') return ok(hooks.list().map(listed))
    const { name } = request
    if (request.do === 'hook.remove') {
      const found = hooks.find(name)
      const removed = await this.#submit({ do: 'hook.remove', name })
      return removed.ok ? ok(found?.name ?? name) : removed
    }
    const { to, url, of } = request
    const { token, hash } = makeHookToken(random)
    const secret = url === null ? null : makeHookSecret(random)
    const calls = url === null || secret === null ? null : { url, secret, of }
    const added = await this.#submit({ do: 'hook.add', name, hash, to, calls })
    return added.ok ? ok({ name, token, secret }) : added
  }

  #submit<C extends Command>(command: C): Promise<Told<C>> {
    return new Promise((resolve) => void this.#parts.submit(command, resolve))
  }
}

function listed({ name, to, calls }: Hook): ListedHook {
  if (!calls) return { name, to, calls }
  const { url, of, failingSince, isOff } = calls
  return { name, to, calls: { url, of, failingSince, isOff } }
}
