/** A number that the model does not know. */
export const any = '?'

/**
 * A place in the order of what was said is written `{ place: 7 }` in what a client must hear.
 *
 * Which number of the server stands for which place of the model. It is learned from the first frame
 * that has both, holds from then on, and grows as the places do.
 */
export class Places {
  readonly #numbers = new Map<number, number>()

  /** Throws where nobody has heard it: whoever asks can only know what it has heard. */
  numberOf(place: number): number {
    const number = this.#numbers.get(place)
    if (number === undefined) throw new Error(`nobody has heard what stands at ${place}`)
    return number
  }

  /** Whether the server said what the model says, both as JSON. */
  same(want: string, got: string): boolean {
    const learned = new Map<number, number>()
    if (!this.#same(parsed(want), parsed(got), learned)) return false
    for (const [place, number] of learned) this.#numbers.set(place, number)
    return true
  }

  #same(want: unknown, got: unknown, learned: Map<number, number>): boolean {
    if (want === any) return got !== undefined
    if (Array.isArray(want)) {
      const isList = Array.isArray(got) && got.length === want.length
      return isList && want.every((item, at) => this.#same(item, (got as unknown[])[at], learned))
    }
    if (typeof want !== 'object' || want === null) return want === got
    if ('place' in want) return typeof got === 'number' && this.#fits(Number(want.place), got, learned)
    if (typeof got !== 'object' || got === null || Array.isArray(got)) return false
    const names = Object.keys(want)
    if (names.length !== Object.keys(got).length) return false
    const [wanted, given] = [want as Record<string, unknown>, got as Record<string, unknown>]
    return names.every((name) => this.#same(wanted[name], given[name], learned))
  }

  #fits(place: number, number: number, learned: Map<number, number>): boolean {
    const known = this.#numbers.get(place) ?? learned.get(place)
    if (known !== undefined) return known === number
    for (const [other, its] of [...this.#numbers, ...learned]) if (other < place !== its < number) return false
    learned.set(place, number)
    return true
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return line
  }
}
