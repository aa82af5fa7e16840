/**
 * The texts that hold all characters of the query in their order, the best first: what begins with it, then what holds it in one piece, then what
 * holds it scattered. Equal ones keep their order. An empty query finds everything.
 */
export function fuzzySearch<T>(query: string, among: readonly T[], textOf: (one: T) => string): readonly T[] {
  const wanted = query.toLowerCase().replace(/\s+/g, '')
  return among
    .map((one, index) => ({ one, index, cost: costOf(wanted, textOf(one).toLowerCase()) }))
    .filter(({ cost }) => cost !== null)
    .toSorted((a, b) => a.cost! - b.cost! || a.index - b.index)
    .map(({ one }) => one)
}

/** 0: it is the text. null: it is not in it. */
function costOf(wanted: string, text: string): number | null {
  if (wanted === '') return 0
  if (text === wanted) return 0
  const bare = text.replace(/^[@#]/, '')
  if (bare.startsWith(wanted) || text.startsWith(wanted)) return 1
  const whole = text.indexOf(wanted)
  if (whole >= 0) return 2 + whole / 1_000
  let at = -1
  let gaps = 0
  for (const character of wanted) {
    const found = text.indexOf(character, at + 1)
    if (found < 0) return null
    if (at >= 0) gaps += found - at - 1
    at = found
  }
  return 10 + gaps
}
