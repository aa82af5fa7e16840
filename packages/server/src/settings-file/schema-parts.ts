import * as v from 'valibot'

// Every message of a schema says what to write; the reader puts in front of it where and what is there instead.

export function whole(least: number, most: number, unit: string) {
  const number = v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))
  return v.exactOptional(v.message(number, `a whole number from ${least} to ${most}: ${unit}`))
}

export function text(what: string) {
  return v.message(
    v.pipe(v.string(), v.regex(/^[^\u0000-\u001f\u007f-\u009f]*\S[^\u0000-\u001f\u007f-\u009f]*$/)),
    what,
  )
}

export function group<const E extends v.ObjectEntries>(entries: E) {
  const all = Object.keys(entries)
    .map((key) => `"${key}"`)
    .join(' and ')
  // Only a key that is not optional can be missing.
  return v.object(entries, ({ received }) =>
    received === 'undefined' ? `${all} together` : 'settings in braces: { … }',
  )
}

/** The keys that may stand at this place of a file with this schema; null where no settings in braces belong. */
export function keysAt(schema: unknown, path: readonly (string | number)[]): readonly string[] | null {
  let inner: unknown = schema
  for (const key of path) {
    const entry: [string, unknown] | undefined = Object.entries(entriesOf(inner) ?? {}).find(([name]) => name === key)
    if (!entry) return null
    inner = entry[1]
  }
  const entries = entriesOf(inner)
  return entries && Object.keys(entries)
}

function entriesOf(schema: unknown): object | null {
  if (typeof schema !== 'object' || schema === null) return null
  if ('wrapped' in schema) return entriesOf(schema.wrapped)
  return 'entries' in schema && typeof schema.entries === 'object' ? schema.entries : null
}
