/** What one may have meant to write: the nearest of the words, if it is near at all; null: none is. */
export function nearest(written: string, words: readonly string[]): string | null {
  const near = words
    .map((word) => ({ word, distance: distanceOf(written, word) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(Math.min(word.length, written.length) / 3)))
    .toSorted((one, other) => one.distance - other.distance)
  return near[0]?.word ?? null
}

/** How many characters are missing, too many, wrong, or in the place of their neighbour. */
function distanceOf(one: string, other: string): number {
  let before: number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1]
      const steps = [row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1)]
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) steps.push(before[j - 2]! + 1)
      next.push(Math.min(...steps))
    }
    before = row
    row = next
  }
  return row[other.length]!
}
