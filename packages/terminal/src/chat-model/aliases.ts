/** A line whose first word is an alias, with what it stands for in its place. An alias is not looked up again in what comes of it. */
export function withAlias(line: string, aliases: Readonly<Record<string, string>>): string {
  const [, alias, rest = ''] = /^\/([^\s/]+)([^]*)$/.exec(line) ?? []
  if (alias === undefined || !Object.hasOwn(aliases, alias)) return line
  return `${aliases[alias]}${rest}`
}
