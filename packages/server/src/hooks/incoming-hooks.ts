import {
  everyone,
  groupConversation,
  parseConversation,
  parseText,
  type Clock,
  type Community,
  type ConversationKey,
  type FailureOf,
  type Hook,
  type Log,
} from '@parley/core'
import { TokenBucket, type Rate } from '@parley/protocols'
import { hookTokenHash } from './hook-secrets.ts'

/** What whoever posts is told: a status of HTTP and a JSON object. */
export interface HookReply {
  readonly status: number
  readonly body: object
}

export interface IncomingHooksParts {
  readonly community: Community
  readonly submit: Log['submit']
  readonly clock: Clock
  /** Read at each post; all begin anew when it changes. Null: no limit. */
  readonly limits: { readonly messageRate: Rate | null }
}

type Refusal = 'malformed' | 'empty-text' | 'bad-conversation' | 'too-many-messages' | 'unavailable'
type Reason = Refusal | FailureOf<'hook.post'>

const refusals = {
  malformed: [400, 'The body is no JSON object in UTF-8 with a text, such as {"text":"hello"}.'],
  'empty-text': [400, 'There is nothing in the text.'],
  'bad-conversation': [400, '"to" is "*" for everybody, or "#" and the name of a group.'],
  'other-conversation': [403, 'This hook is bound to another conversation; leave "to" out.'],
  'no-such-hook': [404, 'There is no such hook any more.'],
  'no-such-group': [422, 'There is no such group.'],
  'too-many-messages': [429, 'This hook says too much; wait a moment.'],
  unavailable: [503, 'The server could not take it; try again later.'],
} satisfies Record<Reason, readonly [status: number, message: string]>

/** Receives what bots post. */
export class IncomingHooks {
  readonly #parts: IncomingHooksParts
  readonly #buckets = new Map<number, TokenBucket>()
  /** Of the buckets. */
  #rate: Rate | null = null

  constructor(parts: IncomingHooksParts) {
    this.#parts = parts
  }

  /** The hook that posts by this token. */
  find(token: string): Hook | undefined {
    const { hooks } = this.#parts.community
    return hooks.size === 0 ? undefined : hooks.byHash(hookTokenHash(token))
  }

  /** `body`: UTF-8. Resolves once what was said is kept, where it is. */
  async post(hook: Hook, body: Uint8Array): Promise<HookReply> {
    const parsed = parsePost(body)
    if (typeof parsed === 'string') return refused(parsed)
    const text = parseText(parsed.text)
    if (!text.ok) return refused(text.fail)
    if (this.#bucketOf(hook)?.take() === false) return refused('too-many-messages')
    return new Promise((resolve) => {
      const command = { do: 'hook.post', hook: hook.id, to: parsed.to, text: text.value } as const
      void this.#parts.submit(
        command,
        (result, { seq, at }) => {
          if (!result.ok) resolve(refused(result.fail))
          else resolve({ status: 200, body: { ok: true, seq, at, kept: result.value.kept } })
        },
        'once-durable',
      )
    })
  }

  #bucketOf({ id }: Hook): TokenBucket | undefined {
    const { clock, community, limits } = this.#parts
    const rate = limits.messageRate
    if (rate?.burst !== this.#rate?.burst || rate?.perSecond !== this.#rate?.perSecond) this.#buckets.clear()
    this.#rate = rate
    const known = this.#buckets.get(id)
    if (known || !rate) return known
    for (const other of this.#buckets.keys()) if (!community.hooks.byId(other)) this.#buckets.delete(other)
    const bucket = new TokenBucket(rate, clock)
    this.#buckets.set(id, bucket)
    return bucket
  }
}

function refused(reason: Reason): HookReply {
  const [status, message] = refusals[reason]
  return { status, body: { ok: false, error: reason, message } }
}

function parsePost(body: Uint8Array): { readonly text: string; readonly to: ConversationKey | null } | Refusal {
  const said = parseObject(body)
  if (typeof said?.['text'] !== 'string') return 'malformed'
  const { text, to = null } = said
  if (to === null) return { text, to }
  const parsed = typeof to === 'string' ? parseConversation(to) : null
  // Bots speak where all who take part know of them.
  if (!parsed?.ok || parsed.value.with === 'user') return 'bad-conversation'
  return { text, to: parsed.value.with === 'everyone' ? everyone : groupConversation(parsed.value.group) }
}

function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const said: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return typeof said === 'object' && said !== null && !Array.isArray(said) ? (said as Record<string, unknown>) : null
  } catch {
    return null
  }
}
