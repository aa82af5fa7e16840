/** `// …` and `/* … *\/`, and beside them the strings, which may hold the same marks. */
const commentOrString = /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g
const imports = /(?:^|[\s;{(=])(?:import|export)\b(?:[\w\s{},*$]*?\bfrom)?\s*\(?\s*(['"])([^'"\n]+)\1/g

function withoutComments(source: string): string {
  return source.replace(commentOrString, (found) => (/^\/[/*]/.test(found) ? ' ' : found))
}

/** What a file imports and exports from, types included. What is put together at run time is not seen. */
export function specifiersIn(source: string): readonly string[] {
  return Array.from(withoutComments(source).matchAll(imports), ([, , specifier]) => specifier!)
}

/** Of the words that the identifiers and strings are made of, those in `names`: `identWire` holds `ident`. */
export function namesIn(source: string, names: readonly string[]): readonly string[] {
  const words = withoutComments(source).match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []
  // The language has an object of that name.
  const lower = new Set(words.filter((word) => word !== 'JSON').map((word) => word.toLowerCase()))
  return names.filter((name) => lower.has(name))
}
