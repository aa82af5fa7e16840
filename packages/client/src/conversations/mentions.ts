import type { Line } from './line.ts'

/** Whether somebody else said this user's name: as a word, whatever the case. */
export function isMention({ kind, mine, text }: Pick<Line, 'kind' | 'mine' | 'text'>, me: string): boolean {
  if (mine || (kind !== 'broadcast' && kind !== 'group' && kind !== 'private')) return false
  const name = me.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return me !== '' && new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, 'iu').test(text)
}
