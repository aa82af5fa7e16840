/** What the placeholders of a conversation stand for so far. */
export type Bindings = ReadonlyMap<string, string>

/** `quoted`: it stands between quotation marks, so its text holds none that is not escaped. */
export interface Hole {
  readonly name: string
  readonly quoted: boolean
}
export type Part = string | Hole

const placeholder = /<([A-Za-z_][A-Za-z0-9_]*)>/g

export function placeholdersIn(text: string): readonly string[] {
  return Array.from(text.matchAll(placeholder), (match) => match[1]!)
}

/** Without those that begin with `_`, which every line finds anew. */
export function lasting(bindings: Bindings): Bindings {
  return new Map([...bindings].filter(([name]) => !isPassing(name)))
}

export function isPassing(name: string): boolean {
  return name.startsWith('_')
}

/** The text with every bound placeholder replaced; the others stay as they are. */
export function fill(text: string, bindings: Bindings): string {
  return text.replace(placeholder, (whole, name: string) => bindings.get(name) ?? whole)
}

/** The text cut at its unbound placeholders. No two strings stand side by side. */
export function partsOf(text: string, bindings: Bindings): readonly Part[] {
  const parts: Part[] = []
  let literal = ''
  let at = 0
  for (const match of text.matchAll(placeholder)) {
    const name = match[1]!
    const bound = bindings.get(name)
    literal += text.slice(at, match.index) + (bound ?? '')
    at = match.index + match[0].length
    if (bound !== undefined) continue
    if (literal !== '') parts.push(literal)
    literal = ''
    parts.push({ name, quoted: quotesIn(text.slice(0, match.index)) % 2 === 1 && quotesIn(text.slice(at)) > 0 })
  }
  literal += text.slice(at)
  if (literal !== '') parts.push(literal)
  return parts
}

/**
 * The wanted text with its placeholders filled, the unbound ones by what stands in their place in
 * the line that came, as far as the two go together.
 */
export function likely(want: string, got: string, bindings: Bindings): string {
  const guessed = new Map(bindings)
  let at = 0
  const parts = partsOf(want, bindings)
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'string') {
      if (!got.startsWith(part, at)) break
      at += part.length
    } else {
      const next = parts[index + 1]
      const end = typeof next === 'string' ? got.indexOf(next, at + 1) : got.length
      if (end <= at) break
      guessed.set(part.name, got.slice(at, end))
      at = end
    }
  }
  return fill(want, guessed)
}

function quotesIn(text: string): number {
  return text.replace(/\\./g, '').split('"').length - 1
}
