import { actions, type Action, type Bindings } from './bindings.ts'

const words: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  'page-up': 'PgUp',
  'page-down': 'PgDn',
  escape: 'Esc',
  'wheel-up': 'wheel ↑',
  'wheel-down': 'wheel ↓',
}

/** `alt-g` as it stands on a keyboard: `Alt-G`; `ctrl-n`: `^N`; `alt-Y`: `Alt-Shift-Y`. */
export function labelOf(key: string): string {
  const [, modifiers = '', name = key] = /^((?:(?:ctrl|alt|shift)-)*)(.+)$/.exec(key) ?? []
  const isLetter = /^\p{L}$/u.test(name)
  const shown = words[name] ?? (name.length > 1 || isLetter ? name[0]!.toUpperCase() + name.slice(1) : name)
  if (modifiers === 'ctrl-' && name.length === 1) return `^${shown}`
  const shift = isLetter && name !== name.toLowerCase() ? 'Shift-' : ''
  return `${modifiers.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())}${shift}${shown}`
}

/** The key that is shown for an action; null: none does it. */
export function keyOf(action: Action, bindings: Bindings): string | null {
  const preferred = actions[action].keys.find((key) => bindings.get(key) === action)
  const any = preferred ?? [...bindings].find(([, does]) => does === action)?.[0]
  return any === undefined ? null : labelOf(any)
}

/** What the keys do, in the order of the table: two of them at most. Actions that do the same to different things share a row. */
export function keyRows(bindings: Bindings): readonly { readonly keys: string; readonly note: string }[] {
  const rows = new Map<string, string[]>()
  for (const [action, { note }] of Object.entries(actions)) {
    const keys = [...bindings].filter(([, does]) => does === action).map(([key]) => labelOf(key))
    rows.set(note, [...(rows.get(note) ?? []), ...keys])
  }
  return [...rows]
    .filter(([, keys]) => keys.length > 0)
    .map(([note, keys]) => ({
      keys: keys.length > 4 ? `${keys[0]} … ${keys.at(-1)}` : keys.slice(0, 2).join(' '),
      note,
    }))
}
