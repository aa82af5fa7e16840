import {
  conversationKey,
  fail,
  ok,
  parseConversation,
  parseUserName,
  type ConversationKey,
  type FailureOf,
  type NameFailure,
  type Result,
  type UserName,
} from '@parley/core'

/** What `parley hook` asks. `to`: the only conversation that it posts to; null: any. */
export type HookRequest =
  | { readonly do: 'hook.list' }
  | {
      readonly do: 'hook.add'
      readonly name: UserName
      readonly to: ConversationKey | null
      /** What is called; null: nothing. */
      readonly url: string | null
      /** The conversations that calls tell of, one at least where there is a URL. */
      readonly of: readonly ConversationKey[]
    }
  | { readonly do: 'hook.remove'; readonly name: UserName }

/** Without anything that a hook posts by or is signed with. */
export interface ListedHook {
  readonly name: UserName
  readonly to: ConversationKey | null
  readonly calls: {
    readonly url: string
    readonly of: readonly ConversationKey[]
    /** Milliseconds since 1970; null: the last call went well. */
    readonly failingSince: number | null
    readonly isOff: boolean
  } | null
}

/** Neither is shown again. `secret` null: it is not called. */
interface NewHook {
  readonly name: UserName
  readonly token: string
  readonly secret: string | null
}

export interface HookResults {
  /** In the order of adding. */
  'hook.list': Result<readonly ListedHook[], never>
  'hook.add': Result<NewHook, FailureOf<'hook.add'>>
  'hook.remove': Result<UserName, FailureOf<'hook.remove'>>
}

export const hookFailures: readonly (FailureOf<'hook.add'> | FailureOf<'hook.remove'>)[] = [
  'hook-exists',
  'account-exists',
  'name-in-use',
  'too-many-hooks',
  'no-such-hook',
  'unavailable',
]

const longestUrl = 2_048

/** HTTP or HTTPS, without a name and password in it. */
export function isHookUrl(text: string): boolean {
  const url = text.length <= longestUrl ? URL.parse(text) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}

/** Everybody or a group, as somebody wrote it; null: it is neither. */
export function parseHookConversation(text: unknown): ConversationKey | null {
  const parsed = typeof text === 'string' ? parseConversation(text) : null
  if (!parsed?.ok || parsed.value.with === 'user') return null
  return conversationKey(parsed.value, '' as UserName)
}

export function isHookRequest(request: { readonly do: string }): request is HookRequest {
  return request.do.startsWith('hook.')
}

export function parseHookRequest(
  said: Readonly<Record<string, unknown>>,
): Result<HookRequest, 'bad-request' | NameFailure> {
  const { do: what, name, to, url = null, of = [] } = said
  if (what === 'hook.list') return ok({ do: what })
  if ((what !== 'hook.add' && what !== 'hook.remove') || typeof name !== 'string') return fail('bad-request')
  const parsed = parseUserName(name)
  if (!parsed.ok) return parsed
  if (what === 'hook.remove') return ok({ do: what, name: parsed.value })
  const posted = to === null || to === undefined ? null : parseHookConversation(to)
  if (posted === null && typeof to === 'string') return fail('bad-request')
  const heard = Array.isArray(of) ? of.map(parseHookConversation) : [null]
  const conversations = heard.filter((each) => each !== null)
  if (conversations.length < heard.length || conversations.length > 0 !== (url !== null)) return fail('bad-request')
  if (url !== null && (typeof url !== 'string' || !isHookUrl(url))) return fail('bad-request')
  return ok({ do: what, name: parsed.value, to: posted, url, of: conversations })
}
