import type { Line } from './line.ts'

/** Which of these words somebody else said, whatever the case; null: none. This user's name is one of them. */
export function mentionIn(
  { kind, mine, text }: Pick<Line, 'kind' | 'mine' | 'text'>,
  words: readonly string[],
): string | null {
  if (mine || (kind !== 'broadcast' && kind !== 'group' && kind !== 'private')) return null
  return words.find((word) => word !== '' && patternOf(word).test(text)) ?? null
}

function patternOf(word: string): RegExp {
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'iu')
}
