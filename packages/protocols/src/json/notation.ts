import { lineNotation } from '../kit/line-notation.ts'
import { splitWord } from '../kit/words.ts'
import type { Notation } from '../protocol.ts'
import { isBody, parseBody } from './body.ts'

/**
 * The line itself; lines are the same when their headers are and their bodies hold the same JSON,
 * in any order of members.
 */
export const jsonNotation: Notation = {
  ...lineNotation,
  same(want, got) {
    const wanted = splitWord(want)
    const given = splitWord(got)
    if (wanted.word !== given.word) return false
    const body = parseBody(wanted.rest)
    return body === undefined ? wanted.rest === given.rest : sameJson(body, parseBody(given.rest))
  },
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
    members.every((member) => Object.hasOwn(got, member) && sameJson(want[member], got[member]))
  )
}
