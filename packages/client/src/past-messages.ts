import type { FeatureNow } from './chat-features.ts'
import type { ConnectionSealing } from './chat-sealing.ts'
import type { Suspicion } from './features.ts'
import type { History, KeptBody, KeptMessage, PastBody, PastMessage } from './history.ts'
import { groupBlob } from './sealing/group-message.ts'
import { historySuspicions, type Placed } from './sealing/history-order.ts'

export interface PastSealing {
  /** Of the connection that there is now. */
  now(): ConnectionSealing | undefined
  /** Why nothing is opened where there is none. */
  whyClosed(): string
  /** The server has put what somebody wrote into another order, or left something out. */
  suspected(user: string, suspicion: Suspicion): void
}

interface OpenedPast {
  readonly message: PastMessage
  readonly place: Placed['place']
}

/** The history as a program shows it: what is sealed is opened where this device has the key. */
export function pastMessages(now: FeatureNow, sealing: PastSealing): History<PastMessage> {
  const opened = (message: KeptMessage) => openMessage(message, sealing)
  const shown = async (message: KeptMessage) => (await opened(message)).message
  return {
    page: async (of, at, limit) => {
      const page = await now('history').page(of, at, limit)
      const all = await inOrder(page.messages, opened)
      const sealedOnes = all.flatMap(({ message: { from, body }, place }) =>
        place || body.kind !== 'text' ? [{ from, place }] : [],
      )
      for (const { user, suspicion } of historySuspicions(sealedOnes)) sealing.suspected(user, suspicion)
      return { messages: all.map(({ message }) => message), more: page.more }
    },
    search: async (text, options) => inOrder(await now('history').search(text, options), shown),
    conversations: async () => {
      const listed = await now('history').conversations()
      return inOrder(listed, async (each) => ({ ...each, last: each.last && (await shown(each.last)) }))
    },
    read: async (of, seq) => now('history').read(of, seq),
    received: async (seq) => now('history').received(seq),
    delete: async (seq) => now('history').delete(seq),
    export: async function* (after) {
      for await (const message of now('history').export(after)) yield await shown(message)
    },
  }
}

/** One after the other: a session key opens what follows the message that it came with. */
async function inOrder<In, Out>(all: readonly In[], change: (one: In) => Promise<Out>): Promise<readonly Out[]> {
  const changed: Out[] = []
  for (const one of all) changed.push(await change(one))
  return changed
}

async function openMessage({ body, ...message }: KeptMessage, sealing: PastSealing): Promise<OpenedPast> {
  const { body: opened, place = null } = await openBody(message, body, sealing)
  return { message: { ...message, body: opened }, place }
}

type OpenedBody = { readonly body: PastBody; readonly place?: Placed['place'] }

async function openBody(
  { from, of, stamp }: Omit<KeptMessage, 'body'>,
  body: KeptBody,
  { now, whyClosed }: PastSealing,
): Promise<OpenedBody> {
  if (body.kind === 'deleted' || body.kind === 'deletion') return { body }
  if (body.kind === 'text') return { body: { ...body, secrecy: 'plain' } }
  const sealing = now()
  if (!sealing) return unreadable(whyClosed())
  const { conversations, groups } = sealing
  const name = of.slice(1)
  if (of.startsWith('#')) {
    const text = groups ? await groups.reopen(name, from, body.message, stamp.seq) : null
    if (text === null) return unreadable(`the key under which ${from} wrote is not known here`)
    return { body: { kind: 'text', text, secrecy: 'sealed' }, place: groupBlob(body.message) }
  }
  const isOwn = from.toLowerCase() !== name.toLowerCase()
  const opened = await (isOwn
    ? conversations.reopenOwn(name, body.message, body.sessionKey)
    : conversations.reopen(from, name, body.message, body.sessionKey))
  if (!opened.ok) return unreadable(opened.reason)
  const { text, secrecy, place } = opened
  return {
    body: { kind: 'text', text, secrecy },
    place: place ? { id: place.session.id, counter: place.counter } : null,
  }
}

function unreadable(reason: string): OpenedBody {
  return { body: { kind: 'unreadable', reason } }
}
