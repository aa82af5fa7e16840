import type { Notation } from '@parley/protocols'
import type { FieldForms } from './field-form.ts'
import { firstFrame, hexOf, type Frame } from './frames.ts'
import { matchLine } from './match-line.ts'
import type { Bindings } from './placeholders.ts'
import type { Expectation } from './transcript.ts'

/** What an actor has received and no expectation has taken yet. */
export interface Inbox {
  readonly notation: Notation
  readonly unheard: Uint8Array
  /** The server has ended the connection: nothing more will come. */
  readonly over: boolean
  /** Absent: only the document's own forms count. */
  readonly fieldForms?: FieldForms | undefined
  /** The ruling by which that need not come; undefined: it must. `wanted`: a line, or `[closed]`. */
  waived?(wanted: string): string | undefined
}

/** One expectation that was met, by what came in the notation. */
interface Heard {
  readonly expectation: Expectation
  readonly text: string
  /** The ruling that lists the form in which it came, where that is not the document's own. */
  readonly fieldForm?: string | undefined
}

/**
 * How far the expectations can be met: which of them, in the order in which they came, and how many
 * bytes that took of each actor.
 */
export interface Hearing {
  readonly kind: 'met' | 'unmet' | 'incomplete'
  readonly heard: readonly Heard[]
  readonly missing: readonly Expectation[]
  readonly taken: ReadonlyMap<string, number>
  readonly bindings: Bindings
}

type Meeting =
  | {
      readonly kind: 'met'
      readonly text: string
      readonly used: number
      readonly bindings: Bindings
      readonly fieldForm?: string
    }
  | { readonly kind: 'unmet' | 'incomplete' }

/**
 * Compares expectations, in any order, with what each actor has received. A placeholder may fit the
 * wrong line at first, so every assignment is tried before they count as `unmet`. Then what is
 * missing is what the best assignment leaves. `incomplete`: what may still come decides.
 */
export function listen(
  expectations: readonly Expectation[],
  inboxes: ReadonlyMap<string, Inbox>,
  bindings: Bindings,
): Hearing {
  const nothing: Hearing = { kind: 'unmet', heard: [], missing: expectations, taken: new Map(), bindings }
  let best = search(nothing, inboxes)
  if (best.kind === 'met') return best
  const { kind } = best
  // The search ends at the first actor who lacks something. The others may have all that is theirs.
  for (const actor of new Set(best.missing.map((each) => each.actor))) {
    const others = best.missing.filter((each) => each.actor !== actor)
    const own = search({ ...best, missing: best.missing.filter((each) => each.actor === actor) }, inboxes)
    best = { ...own, missing: [...own.missing, ...others] }
  }
  return { ...best, kind, missing: expectations.filter((each) => best.missing.includes(each)) }
}

/**
 * What is missing once nothing more comes, without what servers in the field leave unsaid. Nothing is
 * waived for whoever has said something else in its place.
 */
export function waive(hearing: Hearing, inboxes: ReadonlyMap<string, Inbox>): Hearing {
  if (hearing.kind !== 'incomplete') return hearing
  const waived = hearing.missing.flatMap((expectation): readonly Heard[] => {
    const { actor, payload } = expectation
    const inbox = inboxes.get(actor)!
    if (inbox.unheard.length > (hearing.taken.get(actor) ?? 0)) return []
    const line = payload.form === 'bytes' ? wholeLine(inbox.notation, payload.bytes) : lineOf(payload)
    const fieldForm = line === undefined ? undefined : inbox.waived?.(line)
    return fieldForm === undefined ? [] : [{ expectation, text: '(nothing)', fieldForm }]
  })
  const missing = hearing.missing.filter((each) => !waived.some(({ expectation }) => expectation === each))
  const kind = missing.length === 0 ? 'met' : 'incomplete'
  return { ...hearing, kind, missing, heard: [...hearing.heard, ...waived] }
}

function lineOf(payload: Exclude<Expectation['payload'], { form: 'bytes' }>): string {
  return payload.form === 'closed' ? '[closed]' : payload.text
}

/** Meets all that is missing at the start, or comes as far as it can. */
function search(start: Hearing, inboxes: ReadonlyMap<string, Inbox>): Hearing {
  let furthest = start
  let incomplete = false
  const next = (state: Hearing): Hearing | undefined => {
    if (state.heard.length > furthest.heard.length) furthest = state
    const actor = state.missing[0]?.actor
    if (actor === undefined) return state
    const at = state.taken.get(actor) ?? 0
    for (const expectation of state.missing.filter((each) => each.actor === actor)) {
      const meeting = meet(expectation, inboxes.get(actor)!, at, state.bindings)
      if (meeting.kind === 'incomplete') incomplete = true
      if (meeting.kind !== 'met') continue
      const found = next({
        kind: 'unmet',
        heard: [...state.heard, { expectation, text: meeting.text, fieldForm: meeting.fieldForm }],
        missing: state.missing.filter((other) => other !== expectation),
        taken: new Map([...state.taken, [actor, at + meeting.used]]),
        bindings: meeting.bindings,
      })
      if (found) return found
    }
    return undefined
  }
  const found = next(start)
  if (found) return { ...found, kind: 'met' }
  return { ...furthest, kind: incomplete ? 'incomplete' : 'unmet' }
}

function meet({ payload }: Expectation, inbox: Inbox, at: number, bindings: Bindings): Meeting {
  const bytes = inbox.unheard.subarray(at)
  const tooFew: Meeting = { kind: inbox.over ? 'unmet' : 'incomplete' }
  if (payload.form === 'closed') {
    if (bytes.length > 0) return { kind: 'unmet' }
    return inbox.over ? { kind: 'met', text: '[closed]', used: 0, bindings } : tooFew
  }
  if (payload.form === 'bytes') {
    const wanted = payload.bytes
    const came = bytes.subarray(0, wanted.length)
    if (!came.every((byte, index) => byte === wanted[index])) return meetInForm(wanted, inbox, bytes, bindings)
    return came.length < wanted.length ? tooFew : { kind: 'met', text: hexOf(came), used: came.length, bindings }
  }
  const frame = firstFrame(inbox.notation, bytes)
  if (!frame) return tooFew
  const bound = matchLine(payload.text, frame.text, bindings, inbox.notation)
  if (bound) return { kind: 'met', text: frame.text, used: frame.used, bindings: bound }
  return asFieldForm(payload.text, inbox, frame, bindings)
}

function asFieldForm(wanted: string, inbox: Inbox, { text, used }: Frame, bindings: Bindings): Meeting {
  for (const form of inbox.fieldForms?.(text, wanted) ?? []) {
    const meant = matchLine(wanted, form.text, bindings, inbox.notation)
    if (meant) return { kind: 'met', text, used, bindings: meant, fieldForm: form.ruling }
  }
  return { kind: 'unmet' }
}

/** Where the bytes that are wanted are one line, a field form of that line will do. */
function meetInForm(wanted: Uint8Array, inbox: Inbox, bytes: Uint8Array, bindings: Bindings): Meeting {
  const line = wholeLine(inbox.notation, wanted)
  const frame = firstFrame(inbox.notation, bytes)
  if (line === undefined || !inbox.fieldForms) return { kind: 'unmet' }
  return frame ? asFieldForm(line, inbox, frame, bindings) : { kind: inbox.over ? 'unmet' : 'incomplete' }
}

/** The line that these bytes are, no less and no more. */
function wholeLine(notation: Notation, bytes: Uint8Array): string | undefined {
  const frame = firstFrame(notation, bytes)
  return frame?.used === bytes.length ? frame.text : undefined
}
