import type { Key } from 'ink'
import type { Press } from './screen-state.ts'

/** What a key means; null: it is text, or nothing. */
export function pressOf(input: string, key: Key): Press | null {
  if (key.return) return 'enter'
  if (key.tab) return key.shift ? 'back-tab' : 'tab'
  if (key.escape) return 'escape'
  if (key.upArrow) return 'up'
  if (key.downArrow) return 'down'
  if (key.pageUp) return 'page-up'
  if (key.pageDown) return 'page-down'
  if (key.home) return 'home'
  if (key.end) return 'end'
  const isFar = key.ctrl || key.meta
  if (key.leftArrow) return isFar ? 'word-left' : 'left'
  if (key.rightArrow) return isFar ? 'word-right' : 'right'
  if (key.backspace) return isFar ? 'erase-word' : 'erase-back'
  if (key.delete) return 'erase-forward'
  return (key.ctrl ? controls[input] : key.meta ? metas[input] : null) ?? null
}

const controls: Readonly<Record<string, Press>> = {
  a: 'line-start',
  e: 'line-end',
  b: 'left',
  f: 'right',
  h: 'erase-back',
  w: 'erase-word',
  u: 'erase-to-start',
  k: 'erase-to-end',
  p: 'up',
}

const metas: Readonly<Record<string, Press>> = { b: 'word-left', f: 'word-right' }
