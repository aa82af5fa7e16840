import type { Hears, HookEvent, Stamp } from '@parley/core'
import { HookCaller, type HookCallerParts } from './hook-caller.ts'

/** Whoever calls the URLs of hooks: one caller for each. */
export class HookCallers {
  readonly #parts: HookCallerParts
  readonly #callers = new Map<number, HookCaller>()
  #isStopped = false

  constructor(parts: HookCallerParts) {
    this.#parts = parts
  }

  hear(event: HookEvent, stamp: Stamp, hears: Hears): void {
    if (event.kind === 'hooks-changed') {
      if (hears === 'at-once') this.update()
      return
    }
    // Nobody outside hears of what could still be lost.
    if (hears === 'at-once') return
    for (const { id, calls } of this.#parts.community.hooks.list()) {
      if (calls?.of.includes(event.conversation)) this.#callers.get(id)?.hear(event, stamp)
    }
  }

  /** Goes by the hooks that there are, and by who calls them. Each tells at once what was said since it told something last. */
  update(): void {
    if (this.#isStopped) return
    const hooks = this.#parts.isCaller() ? this.#parts.community.hooks.list() : []
    const called = hooks.filter(({ calls }) => calls && !calls.isOff)
    const ids = new Set(called.map(({ id }) => id))
    for (const [id, caller] of this.#callers) {
      if (ids.has(id)) continue
      this.#callers.delete(id)
      void caller.stop()
    }
    for (const hook of called) {
      if (this.#callers.has(hook.id)) continue
      const caller = new HookCaller(hook, this.#parts)
      this.#callers.set(hook.id, caller)
      caller.wake()
    }
  }

  /** Breaks off all calls and notes how far they came. What was not delivered is after the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(Array.from(this.#callers.values(), (caller) => caller.stop()))
  }
}
