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
