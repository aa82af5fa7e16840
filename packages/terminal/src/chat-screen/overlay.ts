import type { Action } from './bindings.ts'
import { fuzzySearch } from './fuzzy.ts'
import type { Transfer } from '@parley/client/conversations'
import type { Entry, View } from './view.ts'

/** What covers the messages for a moment. */
export type Overlay =
  /** The list of keys and commands from this row on. */
  | { readonly is: 'help'; readonly top: number }
  | { readonly is: 'go-to'; readonly query: string; readonly at: number }
  | { readonly is: 'cancel'; readonly at: number }

/** What comes of a key: another overlay, none, or something to do. */
export type OverlayStep =
  | { readonly is: 'stay'; readonly overlay: Overlay }
  | { readonly is: 'close' }
  | { readonly is: 'open'; readonly title: string }
  | { readonly is: 'cancel'; readonly transfer: number }

/** Longer than any name. */
const longestQuery = 100

/** Conversations, then whoever is here besides; the open one last, as nobody goes where they are. */
export function placesFor({ talks, users, open }: View, query: string): readonly Entry[] {
  const others = users.filter(({ key, isMe }) => !isMe && !talks.some((talk) => talk.key === key))
  const elsewhere = talks.filter(({ key }) => key !== open.key)
  const here = talks.filter(({ key }) => key === open.key)
  const urgency = ({ unread, isCalled }: Entry) => (isCalled ? 2 : unread > 0 ? 1 : 0)
  const waiting = elsewhere.toSorted((one, other) => urgency(other) - urgency(one))
  return fuzzySearch(query, [...waiting, ...others, ...here], ({ title }) => title)
}

/** `scrollHelp` knows how much of it is seen. */
export function stepOf(
  overlay: Overlay,
  action: Action,
  view: View,
  scrollHelp: (top: number, by: number) => number,
): OverlayStep {
  if (action === 'escape' || action === 'interrupt') return { is: 'close' }
  switch (overlay.is) {
    case 'help': {
      if (action === 'help' || action === 'enter') return { is: 'close' }
      const by = helpSteps[action]
      return { is: 'stay', overlay: by === undefined ? overlay : { is: 'help', top: scrollHelp(overlay.top, by) } }
    }
    case 'go-to': {
      const places = placesFor(view, overlay.query)
      const at = Math.min(overlay.at, Math.max(0, places.length - 1))
      if (action === 'enter') {
        const chosen = places[at]
        return chosen ? { is: 'open', title: chosen.title } : { is: 'stay', overlay }
      }
      const query = erased(overlay.query, action)
      if (query !== overlay.query) return { is: 'stay', overlay: { is: 'go-to', query, at: 0 } }
      return {
        is: 'stay',
        overlay: { ...overlay, at: moved(at, action === 'go-to' ? 'down' : action, places.length) },
      }
    }
    case 'cancel': {
      const { transfers } = view
      const at = Math.min(overlay.at, Math.max(0, transfers.length - 1))
      if (action === 'enter' || action === 'cancel-transfer') {
        const chosen: Transfer | undefined = transfers[at]
        return chosen ? { is: 'cancel', transfer: chosen.id } : { is: 'close' }
      }
      return { is: 'stay', overlay: { is: 'cancel', at: moved(at, action, transfers.length) } }
    }
  }
}

export function typedInto(overlay: Overlay, text: string): Overlay | null {
  if (overlay.is === 'go-to') return { is: 'go-to', query: (overlay.query + text).slice(0, longestQuery), at: 0 }
  return overlay.is === 'help' && text === 'q' ? null : overlay
}

const helpSteps: Partial<Record<Action, number>> = {
  up: -1,
  down: 1,
  'wheel-up': -3,
  'wheel-down': 3,
  'page-up': -10,
  'page-down': 10,
  home: -Infinity,
  end: Infinity,
}

function moved(at: number, action: Action, length: number): number {
  const by = action === 'down' || action === 'complete' ? 1 : action === 'up' || action === 'complete-back' ? -1 : 0
  return length === 0 ? 0 : (at + by + length) % length
}

function erased(query: string, action: Action): string {
  if (action === 'kill-to-start' || action === 'kill-word-back') return ''
  return action === 'erase-back' ? Array.from(query).slice(0, -1).join('') : query
}
