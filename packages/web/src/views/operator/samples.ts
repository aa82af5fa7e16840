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

/** `12 ms`, `3.4 kB`, `56 MB`. */
export function short(value: number, unit: string): string {
  const sizes = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
    [1, ''],
  ] as const
  const [size, prefix] = sizes.find(([each]) => value >= each) ?? [1, '']
  const shown = value / size
  return `${Number(shown.toFixed(shown < 10 ? 1 : 0))} ${prefix}${unit}`.trim()
}
