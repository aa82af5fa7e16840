import type { SeenDigest } from './node-process.ts'

interface Disagreements {
  /** Positions at which at least two nodes were compared. */
  readonly compared: number
  readonly differing: readonly string[]
}

/** Whether all nodes had the same community at the same positions. */
export function disagreements(
  nodes: readonly { readonly name: string; readonly digests: readonly SeenDigest[] }[],
): Disagreements {
  const seen = new Map<number, { readonly name: string; readonly digest: string }[]>()
  for (const { name, digests } of nodes) {
    for (const { position, digest } of digests) seen.set(position, [...(seen.get(position) ?? []), { name, digest }])
  }
  const all = [...seen].filter(([, each]) => new Set(each.map(({ name }) => name)).size > 1)
  const differing = all.filter(([, each]) => new Set(each.map(({ digest }) => digest)).size > 1)
  return {
    compared: all.length,
    differing: differing.map(([position, each]) => `at ${position}: ${each.map(({ name }) => name).join(', ')}`),
  }
}

/** Texts that two of them have heard in different orders. Nobody hears the same text twice. */
export function outOfOrder(heard: readonly (readonly string[])[]): readonly string[] {
  return heard.flatMap((one, index) => {
    const twice = one.filter((text, at) => one.indexOf(text) !== at).map((text) => `${text} was heard twice`)
    const others = heard.slice(index + 1).flatMap((other) => swapped(one, other))
    return [...twice, ...others]
  })
}

function swapped(one: readonly string[], other: readonly string[]): readonly string[] {
  const places = new Map(other.map((text, at) => [text, at]))
  let last = -1
  return one.flatMap((text) => {
    const place = places.get(text)
    if (place === undefined) return []
    const isBehind = place > last
    last = Math.max(last, place)
    return isBehind ? [] : [`${text} was overtaken`]
  })
}
