import type { Vault } from './vault.ts'

const place = 'account'

/** Who is signed in on this device. A guest has no password. */
export interface Account {
  readonly name: string
  readonly isGuest: boolean
}

export async function rememberedAccount(vault: Vault): Promise<Account | null> {
  return (await vault.get(place)) as Account | null
}

export function rememberAccount(vault: Vault, account: Account): Promise<void> {
  return vault.set(place, account)
}

/** Nobody is signed in any more, and nothing that was said is kept. `keys`: not even the keys. */
export async function forgetAccount(vault: Vault, { name }: Account, keys: boolean): Promise<void> {
  const key = name.toLowerCase()
  for (const each of [place, `memory ${key}`, `lines ${key} `]) await vault.forget(each)
  if (keys) await vault.forget(`trust ${key}`)
}
