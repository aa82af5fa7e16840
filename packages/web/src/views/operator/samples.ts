/** One look at the metrics of a server. */
export interface Look {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly samples: readonly Sample[]
}

/** As the page of metrics has it. */
export interface Sample {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** All samples of a family together, or those with one label. */
export function sum({ samples }: Look, name: string, label?: string): number {
  const found = samples.filter(({ name: each, labels = {} }) => {
    return each === name && (label === undefined || Object.values(labels).includes(label))
  })
  return found.reduce((total, { value }) => total + value, 0)
}

/** How fast something grows, a second; null: there was no look before. */
export function rate(name: string): (look: Look, before: Look | undefined) => number | null {
  return (look, before) => {
    if (!before || look.at <= before.at) return null
    return Math.max(0, ((sum(look, name) - sum(before, name)) * 1_000) / (look.at - before.at))
  }
}

/** `12`, `3.4 k`, `56 M`. */
export function short(value: number): string {
  for (const [size, unit] of [
    [1e9, ' G'],
    [1e6, ' M'],
    [1e3, ' k'],
  ] as const) {
    if (value >= size) return (value / size).toFixed(value < 10 * size ? 1 : 0) + unit
  }
  return String(Number(value.toFixed(value < 10 ? 1 : 0)))
}
