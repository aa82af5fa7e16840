import type { CheckedProtocol } from '../check/checked-protocol.ts'

/** Shorter texts stand in too many lines by chance. */
const leastLength = 4

/** What a server says otherwise each time, as placeholders: its greeting, ports, times. */
export class VaryingTexts {
  /** Each text with its placeholder, by what it is and the text. */
  readonly #known = new Map<string, { readonly text: string; readonly name: string }>()
  readonly #counts = new Map<string, number>()

  /** A line of the server. */
  heard(line: string, varying: CheckedProtocol['varying']): string {
    return this.#replaced(line, varying, (text, called) => this.#nameOf(text, called))
  }

  /** A line that may repeat what varied before. */
  said(line: string, varying: CheckedProtocol['varying']): string {
    return this.#replaced(line, varying, (text, called) => this.#known.get(keyOf(text, called))?.name)
  }

  /** Where a form of `varying` says so, and wherever else a known text stands. */
  #replaced(
    line: string,
    varying: CheckedProtocol['varying'],
    nameOf: (text: string, called: string) => string | undefined,
  ): string {
    const places = varying.flatMap(({ line: form, called }) => {
      return Array.from(line.matchAll(form), (match) => ({ called, place: match.indices!.groups!['varies']! }))
    })
    let text = ''
    let end = 0
    for (const { called, place } of places.toSorted((one, other) => one.place[0] - other.place[0])) {
      const name = nameOf(line.slice(...place), called)
      if (name === undefined || place[0] < end) continue
      text += `${this.#withKnown(line.slice(end, place[0]))}<${name}>`
      end = place[1]
    }
    return text + this.#withKnown(line.slice(end))
  }

  #withKnown(line: string): string {
    let text = line
    for (const { text: known, name } of this.#known.values()) {
      if (known.length < leastLength) continue
      text = text.replace(new RegExp(`(?<![A-Za-z0-9])${RegExp.escape(known)}(?![A-Za-z0-9])`, 'g'), `<${name}>`)
    }
    return text
  }

  #nameOf(text: string, called: string): string {
    const known = this.#known.get(keyOf(text, called))
    if (known) return known.name
    const count = (this.#counts.get(called) ?? 0) + 1
    this.#counts.set(called, count)
    const name = count === 1 ? called : `${called}${count}`
    this.#known.set(keyOf(text, called), { text, name })
    return name
  }
}

function keyOf(text: string, called: string): string {
  return `${called} ${text}`
}
