/** What a comment says of clauses and rulings, by their names: `H-6`, `helo.txt 7.10 (5a)`. */
export interface Citations {
  /** Named in front of a colon: what stands behind the comment proves them. */
  readonly proven: readonly string[]
  /** Named anywhere else. */
  readonly mentioned: readonly string[]
  /** Mentions of a document that name no clause of it. */
  readonly vague: readonly string[]
}

const ruling = /(?<![A-Za-z0-9])[XIHJPCL]-\d+(?!\d)/g
const headings = /(?<![A-Za-z0-9])[XIHJPCL]-\d+(?:(?:,|;| and) [XIHJPCL]-\d+)*:/g
const documents = /\b([a-z]+\.txt|parley\.md)\b(?:,? ([^:]*):)?/g

/**
 * Proven is what stands in front of a colon: `X-5, P-6: what it says`, or `<document>.txt <clause>:
 * what it says`, several clauses of a document with semicolons between them. Commas behind the
 * document's name make no difference. What stands in quotation marks is the document's text and
 * cites nothing.
 */
export function citationsIn(lines: readonly string[]): Citations {
  const text = lines.join(' ').replace(/"[^"]*"/g, ' ')
  const headed = [...text.matchAll(headings)].flatMap(([list]) => list.match(ruling) ?? [])
  const proven = new Set(headed)
  const vague: string[] = []
  for (const [, document = '', list] of text.matchAll(documents)) {
    if (list === undefined) vague.push(document)
    else for (const clause of list.split(';')) proven.add(plain(`${document} ${clause}`))
  }
  const mentioned = new Set(text.match(ruling)?.filter((name) => !proven.has(name)))
  return { proven: [...proven], mentioned: [...mentioned], vague }
}

function plain(citation: string): string {
  return citation.replaceAll(',', ' ').replace(/\s+/g, ' ').trim()
}
