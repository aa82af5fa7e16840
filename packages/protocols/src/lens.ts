import type { ChatEvent, Stamp, Wire } from '@parley/core'
import { dissectChatos } from './chatos/lens.ts'
import { chatosWire } from './chatos/wire.ts'
import { cpFetched, dissectCp } from './cp/lens.ts'
import { dissectHelo } from './helo/lens.ts'
import { heloWire, heloWireWithGroups } from './helo/wire.ts'
import { dissectIdent } from './ident/lens.ts'
import { identWire } from './ident/wire.ts'
import { dissectJson } from './json/lens.ts'
import { documentWire, fieldWire } from './json/wire.ts'
import { clauses } from './lens-clauses.ts'
import type { Dissect } from './kit/fields.ts'
import type { LensView, Rendition } from './lens-view.ts'
import { dissectParley } from './parley/lens.ts'
import { parleyWire } from './parley/wire.ts'

export { clauses }

interface Form {
  readonly protocol: string
  readonly form: string | null
  readonly wire: Wire
  readonly dissect: Dissect
}

const forms: readonly Form[] = [
  { protocol: 'ident', form: null, wire: identWire, dissect: dissectIdent },
  { protocol: 'helo', form: null, wire: heloWire, dissect: dissectHelo },
  { protocol: 'helo', form: 'group-prefix=on', wire: heloWireWithGroups, dissect: dissectHelo },
  { protocol: 'json', form: null, wire: documentWire, dissect: dissectJson },
  { protocol: 'json', form: 'after LOGIN', wire: fieldWire, dissect: dissectJson },
  { protocol: 'cp', form: null, wire: cpFetched('utf-8'), dissect: dissectCp },
  { protocol: 'cp', form: 'ascii=on', wire: cpFetched('ascii'), dissect: dissectCp },
  { protocol: 'chatos', form: null, wire: chatosWire, dissect: dissectChatos },
  { protocol: 'parley', form: null, wire: parleyWire, dissect: dissectParley },
]

/**
 * An event in every protocol, by the very code that encodes it in the server, so that these are the
 * bytes. Of `cp` what RMSG fetches. A form is there where it differs from the usual one.
 */
export function renditionsOf(event: ChatEvent, stamp: Stamp): readonly Rendition[] {
  const usual = new Map<string, string>()
  return forms.flatMap(({ protocol, form, wire, dissect }) => {
    const bytes = wire.encode(event, stamp)
    const compared = bytes ? bytes.join() : ''
    if (form === null) usual.set(protocol, compared)
    else if (usual.get(protocol) === compared) return []
    return [{ protocol, form, frames: bytes ? dissect(bytes, event.kind) : [] }]
  })
}

/** The same with what the fields are cited by. */
export function lensView(event: ChatEvent, stamp: Stamp): LensView {
  return { renditions: renditionsOf(event, stamp), clauses }
}
