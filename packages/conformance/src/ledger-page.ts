import type { Entry, Ledger } from './ledger.ts'

/** The ledger as a page for people, in Markdown, with links that start from `docs/`. */
export function ledgerPage({ chapters }: Ledger): string {
  return `${[
    '# Ledger',
    '',
    'What each document and each [ruling](rulings/README.md) says, and the transcripts that prove it. `npm run ledger` writes this page.',
    '',
    '| | clauses | proven | excused |',
    '|---|---:|---:|---:|',
    ...chapters.map(({ title, entries }) => {
      const proven = entries.filter(({ provenBy }) => provenBy.length > 0).length
      const excused = entries.filter(({ excuse }) => excuse !== null).length
      return `| [${title}](#${anchorOf(title)}) | ${entries.length} | ${proven} | ${excused} |`
    }),
    ...chapters.flatMap(({ title, entries }) => [
      '',
      `## ${title}`,
      '',
      '| | says | proven by |',
      '|---|---|---|',
      ...entries.map((entry) => `| ${nameCell(entry, title)} | ${cell(entry.says)} | ${proof(entry)} |`),
    ]),
  ].join('\n')}\n`
}

/** Rulings link to where they are written; of a document's clauses only the part behind its name is shown. */
function nameCell({ name }: Entry, title: string): string {
  const page = /^Rulings: (\S+)$/.exec(title)?.[1]
  if (page !== undefined) return `[${name}](rulings/${page}.md#${name.toLowerCase()})`
  return cell(name.slice(name.indexOf(' ') + 1))
}

function proof({ provenBy, excuse }: Entry): string {
  if (provenBy.length > 0) return provenBy.map(link).join(', ')
  return excuse === null ? '**nothing yet**' : `excused: ${cell(excuse)}`
}

function link(file: string): string {
  return `[${file.replace(/\.transcript$/, '')}](../packages/conformance/transcripts/${file})`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

/** As Markdown viewers make them of headings. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
}
