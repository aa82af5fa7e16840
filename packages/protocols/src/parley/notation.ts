import { lineNotation } from '../kit/line-notation.ts'
import type { Notation } from '../protocol.ts'
import { isBody } from './codec.ts'

/** The line itself. Lines are the same when they hold the same JSON, in any order of members. */
export const parleyNotation: Notation = {
  ...lineNotation,
  same(want, got) {
    const wanted = parse(want)
    return wanted === undefined ? want === got : sameJson(wanted, parse(got))
  },
}

/** Undefined: it is no JSON. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Goes no deeper than `want` does, however deep what somebody else's server sent may be. */
function sameJson(want: unknown, got: unknown): boolean {
  if (Array.isArray(want)) {
    return Array.isArray(got) && want.length === got.length && want.every((item, at) => sameJson(item, got[at]))
  }
  if (!isBody(want)) return want === got
  if (!isBody(got)) return false
  const members = Object.keys(want)
  return (
    members.length === Object.keys(got).length &&
    members.every((name) => Object.hasOwn(got, name) && sameJson(want[name], got[name]))
  )
}
