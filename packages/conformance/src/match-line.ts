import type { Notation } from '@parley/protocols'
import { guesses } from './guesses.ts'
import { fill, lasting, partsOf, type Bindings } from './placeholders.ts'

type Sameness = Pick<Notation, 'same'>

/** How often two lines are compared, with ever other guesses, before they count as different. */
const maxComparisons = 2_000

/**
 * Compares what is wanted with what came. A placeholder takes one character or more, none of them a
 * line break, and as few as will do; the same text ever after, unless its name begins with `_`.
 * Returns the bindings with those that were new, or undefined where the lines differ.
 */
export function matchLine(
  want: string,
  got: string,
  bindings: Bindings,
  notation: Sameness = {},
): Bindings | undefined {
  const bound = notation.same
    ? matchBySame(want, got, bindings, (one, other) => notation.same?.(one, other) ?? false)
    : matchByText(want, got, bindings)
  return bound && lasting(bound)
}

function matchByText(want: string, got: string, bindings: Bindings): Bindings | undefined {
  const groups: string[] = []
  let source = ''
  for (const part of partsOf(want, bindings)) {
    if (typeof part === 'string') {
      source += RegExp.escape(part)
      continue
    }
    const earlier = groups.indexOf(part.name)
    if (earlier < 0) groups.push(part.name)
    source += earlier >= 0 ? `(?:\\${earlier + 1})` : part.quoted ? '((?:[^"\\\\\\r\\n]|\\\\.)+?)' : '([^\\r\\n]+?)'
  }
  const match = new RegExp(`^${source}$`).exec(got)
  if (!match) return undefined
  return new Map([...bindings, ...groups.map((name, index): [string, string] => [name, match[index + 1]!])])
}

/**
 * Where lines that look different may be the same (the members of a JSON object have no order),
 * only `same` can tell. So the text of each placeholder is guessed from what stands around it, the
 * likeliest first, filled in, and compared.
 */
function matchBySame(
  want: string,
  got: string,
  bindings: Bindings,
  same: (want: string, got: string) => boolean,
): Bindings | undefined {
  let comparisons = 0
  const solve = (bound: Bindings): Bindings | undefined => {
    const parts = partsOf(squeeze(want), bound)
    const hole = parts.find((part) => typeof part !== 'string')
    if (!hole) {
      comparisons++
      return same(fill(want, bound), got) ? bound : undefined
    }
    for (const guess of guesses(parts, hole, squeeze(got))) {
      if (comparisons >= maxComparisons) return undefined
      const solved = solve(new Map([...bound, [hole.name, guess]]))
      if (solved) return solved
    }
    return undefined
  }
  return solve(bindings)
}

/** Without the white space that stands outside quotation marks. */
function squeeze(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (piece) => (piece.startsWith('"') ? piece : ''))
}
