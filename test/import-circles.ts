/** What a file stands for: the folder under `src` that it is in, a folder beside `src`, or itself where it is in none. */
export function unitOf(file: string): string {
  const [unit] = /^packages\/[^/]+\/(?:src\/[^/]+(?=\/)|(?!src\/)[^/]+(?=\/))/.exec(file) ?? []
  return unit ?? file
}

/** One circle, its first name at both ends; empty: there is none. Imports as pairs of who imports whom. */
export function circleAmong(imports: readonly (readonly [from: string, to: string])[]): readonly string[] {
  const graph = new Map<string, string[]>()
  for (const [from, to] of imports) graph.set(from, [...(graph.get(from) ?? []), to])
  const finished = new Set<string>()
  const path: string[] = []

  function circleFrom(name: string): readonly string[] {
    const at = path.indexOf(name)
    if (at >= 0) return [...path.slice(at), name]
    if (finished.has(name)) return []
    path.push(name)
    for (const next of graph.get(name) ?? []) {
      const circle = circleFrom(next)
      if (circle.length > 0) return circle
    }
    path.pop()
    finished.add(name)
    return []
  }

  for (const name of graph.keys()) {
    const circle = circleFrom(name)
    if (circle.length > 0) return circle
  }
  return []
}
