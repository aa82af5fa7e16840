import type { CheckedProtocol } from '../check/checked-protocol.ts'

/** Shorter texts stand in too many lines by chance. */
const leastLength = 4

/** What a server says otherwise each time, as placeholders: its greeting, ports, times. */
export class VaryingTexts {
  /** The placeholder of each text. */
  readonly #known = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  /** A line of the server. */
  heard(line: string, varying: CheckedProtocol['varying']): string {
    for (const { line: form, called } of varying) {
      const match = form.exec(line)
      const place = match?.indices?.groups?.['varies']
      const text = match?.groups?.['varies']
      if (!place || text === undefined) continue
      const name = this.#nameOf(text, called)
      return `${this.said(line.slice(0, place[0]))}<${name}>${this.said(line.slice(place[1]))}`
    }
    return this.said(line)
  }

  /** A line that may repeat what varied before. */
  said(line: string): string {
    let text = line
    for (const [known, name] of this.#known) {
      if (known.length < leastLength) continue
      text = text.replace(new RegExp(`(?<![A-Za-z0-9])${RegExp.escape(known)}(?![A-Za-z0-9])`, 'g'), `<${name}>`)
    }
    return text
  }

  #nameOf(text: string, called: string): string {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const count = (this.#counts.get(called) ?? 0) + 1
    this.#counts.set(called, count)
    const name = count === 1 ? called : `${called}${count}`
    this.#known.set(text, name)
    return name
  }
}
