import type { LeftOut } from './check/left-out.ts'
import type { Entry, Evidence, Ledger } from './ledger.ts'

/** The ledger as a page for people, in Markdown, with links that start from `docs/`. */
export function ledgerPage({ chapters }: Ledger, leftOut: LeftOut): string {
  return `${[
    '# Ledger',
    '',
    'What each document and each [ruling](rulings/README.md) says, the [transcripts](transcripts.md) and tests that prove it, and those that',
    'only mention it. `npm run ledger` writes this page.',
    '',
    '| | clauses | proven | waived |',
    '|---|---:|---:|---:|',
    ...chapters.map(({ title, entries }) => {
      const proven = entries.filter(({ provenBy }) => provenBy.length > 0).length
      const waived = entries.filter(({ waiver }) => waiver !== null).length
      return `| [${title}](#${anchorOf(title)}) | ${entries.length} | ${proven} | ${waived} |`
    }),
    ...chapters.flatMap(({ title, entries }) => [
      '',
      `## ${title}`,
      '',
      '| | says | proven by | cited by |',
      '|---|---|---|---|',
      ...entries.map((entry) => {
        return `| ${nameCell(entry, title)} | ${cell(entry.says)} | ${proof(entry)} | ${links(entry.citedBy)} |`
      }),
    ]),
    ...leftOutPart(leftOut),
  ].join('\n')}\n`
}

function leftOutPart({ transcripts, reasons }: LeftOut): readonly string[] {
  const count = reasons.reduce((sum, [, names]) => sum + names.length, 0)
  return [
    '',
    '## What parley check leaves out',
    '',
    `With accounts and \`--real-time\`, [\`parley check\`](check.md) plays ${transcripts - count} of ${transcripts} transcripts on any`,
    'server. These it cannot play; our own tests play them.',
    '',
    '| why | how many | which |',
    '|---|---:|---|',
    ...reasons.map(([reason, names]) => {
      const linked = names.map((name) => `[${name}](../packages/conformance/transcripts/${name}.transcript)`)
      return `| ${cell(reason)} | ${names.length} | ${linked.join(', ')} |`
    }),
  ]
}

/**
 * Rulings link to where they are written; of a document's clauses only the part behind its name is
 * shown.
 */
function nameCell({ name }: Entry, title: string): string {
  const page = /^Rulings: (\S+)$/.exec(title)?.[1]
  if (page !== undefined) return `[${name}](rulings/${page}.md#${name.toLowerCase()})`
  return cell(name.slice(name.indexOf(' ') + 1))
}

function proof({ provenBy, waiver }: Entry): string {
  if (provenBy.length > 0) return links(provenBy)
  return waiver === null ? '**nothing yet**' : `waived: ${cell(waiver)}`
}

/** In the order in which they were found. */
function links(evidence: readonly Evidence[]): string {
  const texts = evidence.map(({ name, path }) => {
    const shown = path.includes(name) ? name : `${path.slice(path.lastIndexOf('/') + 1)}: ${name}`
    return `[${cell(shown)}](../${path})`
  })
  return texts.join(', ')
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
