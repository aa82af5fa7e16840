interface Range {
  readonly from: number
  readonly to: number
}

/** Numbers between which nothing is known: messages may be there that were not loaded. */
export interface Gap {
  /** The last known number before it; null: it is before everything that is known. */
  readonly after: number | null
  /** The first known number behind it. */
  readonly before: number
}

/**
 * Which parts of a conversation are known without a gap, by the numbers of their messages. Numbers
 * in between belong to other conversations: so a part is known from its first number to its last.
 */
export class KnownRanges {
  /** Apart from each other, the lowest first. */
  #ranges: readonly Range[] = []

  /** The lowest number that is known; null: none is. */
  get first(): number | null {
    return this.#ranges[0]?.from ?? null
  }

  /** All messages with numbers from `from` to `to` are known; without it, all that will come as well. */
  add(from: number, to: number = Infinity): void {
    const touching = this.#ranges.filter((range) => range.from <= to && from <= range.to)
    const joined = {
      from: Math.min(from, ...touching.map((range) => range.from)),
      to: Math.max(to, ...touching.map((range) => range.to)),
    }
    const others = this.#ranges.filter((range) => !touching.includes(range))
    this.#ranges = [...others, joined].toSorted((one, other) => one.from - other.from)
  }

  has(seq: number): boolean {
    return this.#ranges.some(({ from, to }) => from <= seq && seq <= to)
  }

  /** Between the parts, and before the first one unless it is known from the beginning. */
  gaps(): readonly Gap[] {
    return this.#ranges.flatMap(({ from }, at): Gap[] => {
      const after = this.#ranges[at - 1]?.to ?? null
      return from === 0 ? [] : [{ after, before: from }]
    })
  }

  /** Forgets what is before that number: its messages were dropped. */
  forgetBefore(seq: number): void {
    this.#ranges = this.#ranges.flatMap((range) => {
      if (range.to < seq) return []
      return [{ from: Math.max(range.from, seq), to: range.to }]
    })
  }

  clear(): void {
    this.#ranges = []
  }
}
