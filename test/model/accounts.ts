/** The accounts of every model, and their passwords. */
export const accounts: ReadonlyMap<string, { readonly name: string; readonly password: string }> = new Map(
  ['Ann', 'bob', 'Cleo'].map((name) => [name.toLowerCase(), { name, password: `of-${name}` }]),
)
