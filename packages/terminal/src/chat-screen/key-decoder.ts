import { controlName, csiName, ss3Name, wheelName } from './key-names.ts'

/** What somebody did at the keyboard. */
export type Typed =
  /** Printable characters, none of them a control character. Where they were split says nothing. */
  | { readonly kind: 'text'; readonly text: string }
  /** `ctrl-u`, `alt-d`, `alt-Y`, `up`, `ctrl-left`, `shift-tab`, `f1`, `wheel-up`, … */
  | { readonly kind: 'key'; readonly name: string }
  /** A piece of what the terminal says was pasted. `isLast`: the paste ends with it. */
  | { readonly kind: 'paste'; readonly text: string; readonly isLast: boolean }

const pasteStart = '\u001b[200~'
const pasteEnd = '\u001b[201~'
/** No key sends more. */
const longestSequence = 64
const control = /[\u0000-\u001f\u007f]/

/**
 * Bytes of a terminal to keys. Every byte counts, and what comes out does not depend on how the bytes were split: only `settle`, after a pause, says that an Esc
 * stands alone. Never throws.
 */
export class KeyDecoder {
  readonly #utf8 = new TextDecoder()
  #rest = ''
  #isPasting = false

  /** Whether more bytes may change what is held back: `settle` after a pause. */
  get isOpen(): boolean {
    return this.#rest !== ''
  }

  /** Within a paste whose end has not come. */
  get isPasting(): boolean {
    return this.#isPasting
  }

  push(bytes: Uint8Array): readonly Typed[] {
    this.#rest += this.#utf8.decode(bytes, { stream: true })
    return this.#drain(false)
  }

  /** Nothing more came for a while: an Esc that stands alone is the key, and what looked like the start of a sequence was typed. */
  settle(): readonly Typed[] {
    return this.#drain(true)
  }

  /** The end of the paste was lost: what comes from now on are keys. */
  endPaste(): readonly Typed[] {
    if (!this.#isPasting) return []
    const text = this.#rest
    this.#rest = ''
    this.#isPasting = false
    return [{ kind: 'paste', text, isLast: true }]
  }

  #drain(isSettled: boolean): readonly Typed[] {
    const found: Typed[] = []
    while (this.#rest !== '') {
      const typed = this.#isPasting ? this.#pasted() : this.#next(isSettled)
      if (typed === 'more') break
      if (typed) found.push(typed)
    }
    return found
  }

  /** null: it was a sequence that no key sends. */
  #next(isSettled: boolean): Typed | null | 'more' {
    const at = this.#rest.search(control)
    if (at !== 0) return { kind: 'text', text: this.#take(at < 0 ? this.#rest.length : at) }
    if (this.#rest[0] !== '\u001b') return key(controlName(this.#take(1).charCodeAt(0)))
    const found = this.#escape()
    if (found !== 'more') return found
    return isSettled ? this.#typed() : 'more'
  }

  #escape(): Typed | null | 'more' {
    const rest = this.#rest
    const second = rest[1]
    if (second === undefined) return 'more'
    if (second === '[') return this.#csi(2, '')
    if (second === 'O') {
      if (rest.length < 3) return 'more'
      const name = ss3Name(rest[2]!)
      this.#take(name === null ? 2 : 3)
      return key(name ?? 'alt-O')
    }
    if (second === '\u001b') {
      // Some terminals put an Esc before what is pressed with Alt.
      if (rest.length < 3) return 'more'
      if (rest[2] === '[' && !rest.startsWith(pasteStart, 1)) return this.#csi(3, 'alt-')
      this.#take(1)
      return key('escape')
    }
    const character = String.fromCodePoint(rest.codePointAt(1)!)
    this.#take(1 + character.length)
    return key(`alt-${control.test(character) ? controlName(character.charCodeAt(0)) : character}`)
  }

  /** From behind the `[` on. */
  #csi(from: number, prefix: '' | 'alt-'): Typed | null | 'more' {
    const rest = this.#rest
    // The console of Linux sends `ESC [ [ A` for F1.
    if (rest[from] === '[') {
      if (rest.length <= from + 1) return 'more'
      const number = 'ABCDE'.indexOf(rest[from + 1]!)
      if (number < 0) return this.#typed()
      this.#take(from + 2)
      return key(`${prefix}f${number + 1}`)
    }
    const [, parameters = '', final] = /^([0-?]*[ -/]*)([@-~])?/.exec(rest.slice(from, from + longestSequence)) ?? []
    if (final === undefined) return rest.length === from + parameters.length ? 'more' : this.#typed()
    // A mouse that is told the old way: three more characters.
    if (final === 'M' && parameters === '') {
      if (rest.length < from + 4) return 'more'
      const name = wheelName(rest.charCodeAt(from + 1) - 32)
      this.#take(from + 4)
      return name === null ? null : key(prefix + name)
    }
    const sequence = this.#take(from + parameters.length + 1)
    if (sequence === pasteStart) {
      this.#isPasting = true
      return null
    }
    const name = csiName(parameters, final)
    return name === null ? null : key(prefix + name)
  }

  /** Not a sequence: Esc alone, or a bracket or an O with Alt, and what follows was typed. */
  #typed(): Typed {
    const second = this.#rest[1]
    const isAlt = second === '[' || second === 'O'
    this.#take(isAlt ? 2 : 1)
    return key(isAlt ? `alt-${second}` : 'escape')
  }

  #pasted(): Typed | 'more' {
    const end = this.#rest.indexOf(pasteEnd)
    if (end >= 0) {
      const text = this.#take(end)
      this.#take(pasteEnd.length)
      this.#isPasting = false
      return { kind: 'paste', text, isLast: true }
    }
    // What could be the start of the end is kept.
    const last = this.#rest.lastIndexOf('\u001b')
    const length = last >= 0 && pasteEnd.startsWith(this.#rest.slice(last)) ? last : this.#rest.length
    return length === 0 ? 'more' : { kind: 'paste', text: this.#take(length), isLast: false }
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length)
    this.#rest = this.#rest.slice(length)
    return taken
  }
}

function key(name: string): Typed {
  return { kind: 'key', name }
}
