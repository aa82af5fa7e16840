import type { Notation } from '@parley/protocols'
import { firstFrame, hexOf } from './frames.ts'
import { matchLine } from './match-line.ts'
import type { Bindings } from './placeholders.ts'
import type { Want } from './transcript.ts'

/** What a client has received and nobody has asked for yet. */
export interface Ear {
  readonly notation: Notation | undefined
  readonly unheard: Uint8Array
  /** The server has ended the connection: nothing more will come. */
  readonly over: boolean
}

/** One want that was met, by what came in the notation. */
interface Heard {
  readonly want: Want
  readonly text: string
}

/**
 * How far the wants can be met: which of them, in the order in which they came, and how many bytes that took of each
 * client.
 */
export interface Hearing {
  readonly kind: 'met' | 'unmet' | 'incomplete'
  readonly heard: readonly Heard[]
  readonly missing: readonly Want[]
  readonly taken: ReadonlyMap<string, number>
  readonly bindings: Bindings
}

type Next =
  | { readonly kind: 'met'; readonly text: string; readonly used: number; readonly bindings: Bindings }
  | { readonly kind: 'unmet' | 'incomplete' }

/**
 * Holds wants, in any order, against what each client has received. A placeholder may fit the wrong line at first, so
 * every assignment is tried before they count as `unmet`; then the answer is the one that came furthest. `incomplete`:
 * what may still come decides.
 */
export function listen(wants: readonly Want[], ears: ReadonlyMap<string, Ear>, bindings: Bindings): Hearing {
  let furthest: Hearing = { kind: 'unmet', heard: [], missing: wants, taken: new Map(), bindings }
  let incomplete = false
  const search = (state: Hearing): Hearing | undefined => {
    if (state.heard.length > furthest.heard.length) furthest = state
    const client = state.missing[0]?.client
    if (client === undefined) return state
    const at = state.taken.get(client) ?? 0
    for (const want of state.missing.filter((want) => want.client === client)) {
      const next = meet(want, ears.get(client)!, at, state.bindings)
      if (next.kind === 'incomplete') incomplete = true
      if (next.kind !== 'met') continue
      const found = search({
        kind: 'unmet',
        heard: [...state.heard, { want, text: next.text }],
        missing: state.missing.filter((other) => other !== want),
        taken: new Map([...state.taken, [client, at + next.used]]),
        bindings: next.bindings,
      })
      if (found) return found
    }
    return undefined
  }
  const found = search(furthest)
  if (found) return { ...found, kind: 'met' }
  return { ...furthest, kind: incomplete ? 'incomplete' : 'unmet' }
}

function meet({ payload }: Want, ear: Ear, at: number, bindings: Bindings): Next {
  const bytes = ear.unheard.subarray(at)
  const tooFew: Next = { kind: ear.over ? 'unmet' : 'incomplete' }
  if (payload.form === 'closed') {
    if (bytes.length > 0) return { kind: 'unmet' }
    return ear.over ? { kind: 'met', text: '[closed]', used: 0, bindings } : tooFew
  }
  if (payload.form === 'bytes') {
    const wanted = payload.bytes
    const came = bytes.subarray(0, wanted.length)
    if (!came.every((byte, index) => byte === wanted[index])) return { kind: 'unmet' }
    return came.length < wanted.length ? tooFew : { kind: 'met', text: hexOf(came), used: came.length, bindings }
  }
  const frame = ear.notation && firstFrame(ear.notation, bytes)
  if (!frame) return tooFew
  const bound = matchLine(payload.text, frame.text, bindings, ear.notation)
  return bound ? { kind: 'met', text: frame.text, used: frame.used, bindings: bound } : { kind: 'unmet' }
}
