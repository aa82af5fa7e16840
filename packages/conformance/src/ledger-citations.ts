/** What the comment on top of a transcript cites, by the names of the clauses: `H-6`, `helo.txt 7.10 (5a)`. */
export interface Citations {
  readonly names: readonly string[]
  /** Mentions of a document that name no clause of it. */
  readonly vague: readonly string[]
}

const rulings = /(?<![A-Za-z0-9])[XIHJPC]-\d+(?!\d)/g
const documents = /\b([a-z]+\.txt)\b(?:,? ([^:]*):)?/g

/**
 * Rulings count wherever they are mentioned. A document is cited as `<document>.txt <clause>:`, several of its clauses with
 * semicolons between them; commas make no difference. What stands in quotation marks is the document's text and cites nothing.
 */
export function citationsIn(lines: readonly string[]): Citations {
  const text = lines.join(' ').replace(/"[^"]*"/g, ' ')
  const names = new Set([...text.matchAll(rulings)].map(([ruling]) => ruling))
  const vague: string[] = []
  for (const [, document = '', list] of text.matchAll(documents)) {
    if (list === undefined) vague.push(document)
    else for (const clause of list.split(';')) names.add(plain(`${document} ${clause}`))
  }
  return { names: [...names], vague }
}

function plain(citation: string): string {
  return citation.replaceAll(',', ' ').replace(/\s+/g, ' ').trim()
}
