import type { FeatureNow } from './chat-features.ts'
import type { History, KeptBody, KeptMessage, PastBody, PastMessage } from './history.ts'
import type { Conversations } from './sealing/conversations.ts'

/**
 * The history as a program shows it: what is sealed is opened where this device has the key.
 * `sealing` returns the conversations of the connection that there is now.
 */
export function pastMessages(now: FeatureNow, sealing: () => Conversations | undefined): History<PastMessage> {
  const opened = (message: KeptMessage) => openMessage(message, sealing())
  return {
    page: async (of, at, limit) => {
      const { messages, more } = await now('history').page(of, at, limit)
      return { messages: await inOrder(messages, opened), more }
    },
    search: async (text, options) => inOrder(await now('history').search(text, options), opened),
    conversations: async () => {
      const listed = await now('history').conversations()
      return inOrder(listed, async (each) => ({ ...each, last: each.last && (await opened(each.last)) }))
    },
    read: async (of, seq) => now('history').read(of, seq),
    delete: async (seq) => now('history').delete(seq),
    export: async function* (after) {
      for await (const message of now('history').export(after)) yield await opened(message)
    },
  }
}

/** One after the other: a session key opens what follows the message that it came with. */
async function inOrder<In, Out>(all: readonly In[], change: (one: In) => Promise<Out>): Promise<readonly Out[]> {
  const changed: Out[] = []
  for (const one of all) changed.push(await change(one))
  return changed
}

async function openMessage(
  { body, ...message }: KeptMessage,
  conversations: Conversations | undefined,
): Promise<PastMessage> {
  return { ...message, body: await openBody(message, body, conversations) }
}

async function openBody(
  { from, of }: Pick<KeptMessage, 'from' | 'of'>,
  body: KeptBody,
  conversations: Conversations | undefined,
): Promise<PastBody> {
  if (body.kind === 'deleted' || body.kind === 'deletion') return body
  if (body.kind === 'text') return { ...body, secrecy: 'plain' }
  if (!conversations) return { kind: 'unreadable', reason: 'sealing is off' }
  const opened = await conversations.reopen(from, of.slice(1), body.message, body.sessionKey)
  if (!opened.ok) return { kind: 'unreadable', reason: opened.reason }
  return { kind: 'text', text: opened.text, secrecy: opened.secrecy }
}
