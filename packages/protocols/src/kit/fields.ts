import type { EventKind } from '@parley/core'
import type { Field } from '../lens-view.ts'
import { encodeText } from './text.ts'

/** Takes apart what a wire made of an event of this kind: the fields of each frame. */
export type Dissect = (bytes: Uint8Array, kind: EventKind) => readonly (readonly Field[])[]

/**
 * One form of a line: each group of `shape` is a field, and together they are the whole line. A group
 * that matches nothing is no field.
 */
export interface LineForm {
  /** Absent: any. */
  readonly of?: EventKind
  readonly shape: RegExp
  readonly fields: readonly (readonly [name: string, clause: string])[]
}

export function textField(name: string, text: string, clause: string): Field {
  return { name, value: text, bytes: encodeText(text), clause }
}

/** For frames that are lines. Each keeps its end. */
export function dissectLines(forms: readonly LineForm[]): Dissect {
  return (bytes, kind) => linesIn(bytes).map((line) => fieldsOf(line, kind, forms))
}

/** Lines with their ends. */
export function linesIn(bytes: Uint8Array): readonly string[] {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).match(/[^\n]*\n/g) ?? []
}

function fieldsOf(line: string, kind: EventKind, forms: readonly LineForm[]): readonly Field[] {
  for (const { of, shape, fields } of forms) {
    const parts = of === undefined || of === kind ? shape.exec(line) : null
    if (!parts) continue
    return fields.flatMap(([name, clause], at) => {
      const part = parts[at + 1]
      return part ? [textField(name, part, clause)] : []
    })
  }
  throw new Error(`there is no form for a line of ${kind}`)
}
