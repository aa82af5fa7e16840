/** Of `ESC [ … letter` and `ESC O letter`. */
const byLetter: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  M: 'enter',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
}

/** Of `ESC [ number ~`. */
const byNumber: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
  ...Object.fromEntries([11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24].map((number, i) => [number, `f${i + 1}`])),
}

const byCode: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  32: 'space',
  127: 'backspace',
}

/** The name of a control character: `ctrl-a`, `enter`, `tab`, `backspace`, `escape`, … */
export function controlName(code: number): string {
  if (code === 8) return 'ctrl-h'
  const named = byCode[code]
  if (named !== undefined) return named
  return code === 0 ? 'ctrl-space' : `ctrl-${String.fromCharCode(code + 64).toLowerCase()}`
}

/** `ESC O letter`; null: no key sends that. */
export function ss3Name(letter: string): string | null {
  return letter === 'E' ? null : (byLetter[letter] ?? null)
}

/** `ESC [ parameters final`, as xterm, kitty, rxvt, tmux and the console of Linux send them; null: it is no key that has a name. */
export function csiName(parameters: string, final: string): string | null {
  if (parameters.startsWith('<')) return wheelName(Number(/^<(\d+)/.exec(parameters)?.[1] ?? 0))
  if (!/^[\d;:]*$/.test(parameters)) return null
  const [first = 0, second = 1, third = 0] = parameters.split(';').map((each) => Number.parseInt(each || '1', 10))
  if (final === '~') {
    if (first === 27) return withModifiers(second, codeName(third))
    return withModifiers(second, byNumber[first] ?? null)
  }
  if (final === 'u') return withModifiers(second, codeName(first))
  if (final === 'Z') return 'shift-tab'
  // Not pressed, but told in the same way: the window is looked at, or another one.
  if (parameters === '' && (final === 'I' || final === 'O')) return final === 'I' ? 'focus-in' : 'focus-out'
  return withModifiers(second, byLetter[final] ?? null)
}

/** What a wheel sends; null: a button, which means nothing here. */
export function wheelName(button: number): string | null {
  const wheel = button & ~(4 | 8 | 16)
  return wheel === 64 ? 'wheel-up' : wheel === 65 ? 'wheel-down' : null
}

function codeName(code: number): string | null {
  const named = byCode[code]
  if (named !== undefined) return named
  return code > 32 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : null
}

/** One more than the sum of 1 for shift, 2 for alt, 4 for control; locks are passed over. */
function withModifiers(modifiers: number, name: string | null): string | null {
  if (name === null) return null
  const bits = Math.max(0, modifiers - 1)
  const isLetter = Array.from(name).length === 1
  const shifted = bits & 1 && isLetter ? name.toUpperCase() : name
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${bits & 1 && !isLetter ? 'shift-' : ''}${shifted}`
}
