import type { Ability } from '@parley/client'
import { commandsFor } from './commands.ts'
import { completePath } from './path-completion.ts'

export interface Completable {
  readonly can: ReadonlySet<Ability>
  readonly me: string
  readonly users: readonly string[]
  readonly groups: readonly string[]
}

/** The whole inputs that `input`, with the cursor at its end, could become; none where nothing is to be completed. */
export function complete(input: string, { can, me, users, groups }: Completable): readonly string[] {
  if (!input.startsWith('/')) return []
  const known = commandsFor(can)
  const command = known.find(({ name }) => input.startsWith(`/${name} `))
  if (!command) {
    return known
      .filter(({ name }) => `/${name}`.startsWith(input))
      .map(({ name, usage }) => (usage === '' ? `/${name}` : `/${name} `))
  }
  const rest = input.slice(command.name.length + 2)
  if (command.places.includes('path')) {
    // A path may have blanks in it: it is all that stands behind the name.
    const [, name, path] = /^(\S+ +)(.*)$/.exec(rest) ?? []
    if (name !== undefined) return completePath(path ?? '').map((each) => `/${command.name} ${name}${each}`)
  }
  const words = rest.split(/ +/)
  const last = words.at(-1) ?? ''
  const place = command.places[words.length - 1]
  if (place === undefined || place === 'word' || place === 'path') return []
  // Nobody means themselves, but may.
  const isMe = (name: string) => name.toLowerCase() === me.toLowerCase()
  const names = place === 'user' ? [...users.filter((user) => !isMe(user)), ...users.filter(isMe)] : groups
  return names
    .filter((name) => name.toLowerCase().startsWith(last.toLowerCase()))
    .map((name) => `${input.slice(0, input.length - last.length)}${name}${hasMore(command.usage, words.length)}`)
}

/** A blank, where something has to follow. */
function hasMore(usage: string, words: number): string {
  return usage.split(' ').length > words ? ' ' : ''
}
