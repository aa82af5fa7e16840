import type { Line } from '@parley/client/conversations'

/** Nobody means somebody who spoke longer ago. */
const mostLines = 500

interface Near {
  /** Names in lower case, the last one who spoke first. */
  readonly spoke: readonly string[]
  readonly me: string
}

/** Who spoke in a conversation, in lower case, the last one first. */
export function lastSenders(lines: readonly Line[], conversation: string): readonly string[] {
  const names = new Set<string>()
  for (const line of lines.slice(-mostLines).toReversed()) {
    if (line.conversation === conversation && line.from !== null && !line.mine) names.add(line.from.toLowerCase())
  }
  return [...names]
}

/** Who spoke last comes first, then the others in their order, and oneself last. */
export function nearestFirst<T>(
  among: readonly T[],
  { spoke, me, nameOf }: Near & { nameOf(one: T): string },
): readonly T[] {
  const distance = (one: T) => {
    const name = nameOf(one).toLowerCase()
    if (name === me.toLowerCase()) return spoke.length + 1
    const at = spoke.indexOf(name)
    return at < 0 ? spoke.length : at
  }
  return among.toSorted((one, other) => distance(one) - distance(other))
}

export function lastWord(text: string): string {
  return /(\S+)\s*$/.exec(text)?.[1] ?? ''
}
