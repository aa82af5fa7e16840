import type { GroupSummary, Groups } from '../groups.ts'
import type { Store, StoreFailure } from '../ports/store.ts'
import { fail, type Result } from '../result.ts'
import { MemoryCommunity, type Guest } from './community.ts'
import type { MemoryStore } from './store.ts'

/** Every change of a group waits for `release`, and then is written. */
export function slowDisk(): { wrap: (store: Store) => Store; hold: () => void; release: () => void } {
  let disk = Promise.withResolvers<void>()
  disk.resolve()
  return {
    wrap: (store) => ({
      ...store,
      groups: {
        ...store.groups,
        join: (...args) => disk.promise.then(() => store.groups.join(...args)),
        leave: (...args) => disk.promise.then(() => store.groups.leave(...args)),
        ban: (...args) => disk.promise.then(() => store.groups.ban(...args)),
      },
    }),
    hold: () => void (disk = Promise.withResolvers<void>()),
    release: () => disk.resolve(),
  }
}

export function unavailable(): Promise<Result<never, StoreFailure>> {
  return Promise.resolve(fail('store-unavailable'))
}

/** The methods of a store, free to be put into another one. */
export function unbound(store: Store): Store {
  return {
    accounts: store.accounts,
    mailboxes: store.mailboxes,
    groups: store.groups,
    close: () => store.close(),
  }
}

export function peopled(wrap: (store: Store) => Store = (store) => store): {
  community: MemoryCommunity
  groups: Groups
} {
  const community = new MemoryCommunity({}, (store) => wrap(unbound(store)))
  return { community, groups: community.core.groups }
}

export function peopledOver(store: MemoryStore): { community: MemoryCommunity; groups: Groups; store: MemoryStore } {
  return { ...peopled(() => store), store }
}

export async function registered(community: MemoryCommunity, name: string): Promise<Guest> {
  await community.core.accounts.add(name, 'secret12')
  return community.join(name, { password: 'secret12' })
}

export async function allRegistered<const N extends readonly string[]>(
  community: MemoryCommunity,
  names: N,
): Promise<{ [K in keyof N]: Guest }> {
  for (const name of names) await community.core.accounts.add(name, 'secret12')
  return signedIn(community, names)
}

export async function signedIn<const N extends readonly string[]>(
  community: MemoryCommunity,
  names: N,
): Promise<{ [K in keyof N]: Guest }> {
  const guests: Guest[] = []
  for (const name of names) guests.push(await community.join(name, { password: 'secret12' }))
  return guests as { [K in keyof N]: Guest }
}

export async function create(groups: Groups, { presence }: Guest, name: string): Promise<void> {
  const created = await groups.create(presence, name, () => {})
  if (!created.ok) throw new Error(`${name} was not created: ${created.fail}`)
}

export async function join(groups: Groups, { presence }: Guest, name: string): Promise<void> {
  const joined = await groups.join(presence, name, () => {})
  if (!joined.ok) throw new Error(`${presence.name} did not get into ${name}: ${joined.fail}`)
}

export function summary(name: string, admin: string, members: number): GroupSummary {
  return { name, admin, members } as GroupSummary
}

export function forget(guests: readonly Guest[]): void {
  for (const { ear } of guests) ear.heard.length = 0
}
