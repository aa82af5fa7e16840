/**
 * One word without anything invisible: no document allows more, and more could pass for words of
 * this client's own.
 */
const name = /^[^\s\p{C}]{1,64}$/u
const shown = 64

/** The name in what a server said that can be none, cut for people; null where all is well. */
export function wrongNameIn(what: object): string | null {
  for (const member of ['from', 'user'] as const) {
    const said: unknown = (what as { readonly [member: string]: unknown })[member]
    if (typeof said === 'string' && !name.test(said)) return said.slice(0, shown)
  }
  return null
}
