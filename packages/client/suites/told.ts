import assert from 'node:assert/strict'
import type { Chat } from '../src/chat.ts'
import type { ChatEvents } from '../src/events.ts'

export type Told = { [K in keyof ChatEvents]: [event: K, what: ChatEvents[K]] }[keyof ChatEvents]

const events = [
  'joined',
  'left',
  'broadcast',
  'private-message',
  'group-message',
  'unreadable',
  'key-changed',
  'taken',
  'message-deleted',
  'read',
  'caught-up',
  'membership',
  'group-changed',
  'notice',
  'protocol-violation',
  'reconnecting',
  'reconnected',
  'closed',
] as const satisfies readonly (keyof ChatEvents)[]

/** What a chat tells from now on, in order. */
export function told(chat: Pick<Chat, 'on'>): Told[] {
  const all: Told[] = []
  for (const event of events) chat.on(event, (what) => void all.push([event, what] as Told))
  return all
}

/** Looks again in every turn of the event loop, for a few seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns++) {
    assert.ok(turns < 2_000, String(holds))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
