import type { Ability } from '@parley/client'
import { commandsFor } from './commands.ts'

export interface Completable {
  readonly can: ReadonlySet<Ability>
  readonly users: readonly string[]
  readonly groups: readonly string[]
}

/** The whole inputs that `input`, with the cursor at its end, could become; none where nothing is to be completed. */
export function complete(input: string, { can, users, groups }: Completable): readonly string[] {
  if (!input.startsWith('/')) return []
  const known = commandsFor(can)
  const command = known.find(({ name }) => input.startsWith(`/${name} `))
  if (!command) {
    return known
      .filter(({ name }) => `/${name}`.startsWith(input))
      .map(({ name, usage }) => (usage === '' ? `/${name}` : `/${name} `))
  }
  const words = input.slice(command.name.length + 2).split(/ +/)
  const last = words.at(-1) ?? ''
  const place = command.places[words.length - 1]
  if (place === undefined || place === 'word') return []
  const names = place === 'user' ? users : groups
  return names
    .filter((name) => name.toLowerCase().startsWith(last.toLowerCase()))
    .map((name) => `${input.slice(0, input.length - last.length)}${name}${hasMore(command.usage, words.length)}`)
}

/** A blank, where something has to follow. */
function hasMore(usage: string, words: number): string {
  return usage.split(' ').length > words ? ' ' : ''
}
