import { everyone, type ConversationKey } from './conversation.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { Groups } from './groups.ts'
import type { Hooks } from './hooks.ts'
import type { Said } from './keepable.ts'
import { fail, type Result } from './result.ts'
import type { Talk } from './talk.ts'
import type { Text } from './text.ts'

export type HookPostCommand = {
  readonly do: 'hook.post'
  readonly hook: number
  /** Everybody or a group; null: where the hook posts, or everybody. */
  readonly to: ConversationKey | null
  readonly text: Text
}

export interface HookPostResults {
  'hook.post': Result<Said, 'no-such-hook' | 'other-conversation' | 'no-such-group'>
}

/**
 * What bots say. They need not be here, nor be members of the group: the operator has let them in.
 */
export class HookPosts {
  readonly #hooks: Hooks
  readonly #talk: Talk
  readonly #groups: Groups

  constructor(hooks: Hooks, talk: Talk, groups: Groups) {
    this.#hooks = hooks
    this.#talk = talk
    this.#groups = groups
  }

  /** Everybody hears it, or every member of the group. */
  post(entry: Entry<HookPostCommand>, out: Effects): HookPostResults['hook.post'] {
    const { hook: id, to: asked, text } = entry.command
    const hook = this.#hooks.byId(id)
    if (!hook) return fail('no-such-hook')
    const to = asked ?? hook.to ?? everyone
    if (hook.to !== null && to !== hook.to) return fail('other-conversation')
    // As a guest's, so that whoever has the name after it owns nothing of it.
    const bot = { name: hook.name, version: null }
    if (to === everyone) return this.#talk.post(entry, bot, text, out)
    return this.#groups.post(entry, bot, to, text, out)
  }
}
