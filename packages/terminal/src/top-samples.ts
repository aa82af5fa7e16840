/** Samples of a page of metrics, by `name{label="value"}` as they stand there. */
export interface Samples {
  /** Milliseconds, when they were read, of a clock that only grows. */
  readonly at: number
  readonly values: ReadonlyMap<string, number>
}

const sample = /^([a-zA-Z_:][\w:]*(?:\{[^}]*\})?) (\S+)$/

/** What is no sample is passed over. */
export function parseSamples(text: string, at: number): Samples {
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name, value] = sample.exec(line) ?? []
    if (name !== undefined && !Number.isNaN(Number(value))) values.set(name, Number(value))
  }
  return { at, values }
}

/** The values of one label in a family, in the order of the page. */
export function labelled({ values }: Samples, family: string, label: string): readonly (readonly [string, number])[] {
  const found: [string, number][] = []
  const pattern = new RegExp(`^${family}\\{${label}="([^"]*)"\\}$`)
  for (const [name, value] of values) {
    const [, of] = pattern.exec(name) ?? []
    if (of !== undefined) found.push([of, value])
  }
  return found
}
