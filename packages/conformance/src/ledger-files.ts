import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Chapter, Clause, Excuse } from './ledger.ts'

const documents = ['ident', 'helo', 'json', 'cp', 'chatos'] as const
const rulingPages = ['shared', ...documents] as const

const clausesDirectory = new URL('../clauses/', import.meta.url)
const docs = new URL('../../../docs/', import.meta.url)

/** Where the page that is made of the ledger lies. */
export const ledgerPagePath = fileURLToPath(new URL('ledger.md', docs))

/** The documents first, then the rulings, each in the order in which they are written down. */
export function readChapters(): readonly Chapter[] {
  return [
    ...documents.map((name) => ({
      title: `${name}.txt`,
      clauses: clausesIn(read(clausesDirectory, `${name}.clauses`)),
    })),
    ...rulingPages.map((name) => ({
      title: `Rulings: ${name}`,
      clauses: rulingsIn(read(docs, `rulings/${name}.md`)),
    })),
  ]
}

export function readExcuses(): readonly Excuse[] {
  return clausesIn(read(clausesDirectory, 'excused.clauses')).map(({ name, says }) => ({ name, reason: says }))
}

/** One a line: the name, two blanks or more, the text. Lines that begin with `#` are comments. Throws at any other line. */
function clausesIn(text: string): readonly Clause[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, says] = /^(\S+(?: \S+)*) {2,}(\S.*)$/.exec(line) ?? []
      if (name === undefined || says === undefined) throw new Error(`no clause: ${JSON.stringify(line)}`)
      return { name, says }
    })
}

/** The headings of a page of rulings: `### X-5 Private messages wait`. */
function rulingsIn(page: string): readonly Clause[] {
  return Array.from(page.matchAll(/^### ([A-Z]-\d+) (.+)$/gm), ([, name = '', says = '']) => ({ name, says }))
}

function read(directory: URL, file: string): string {
  return readFileSync(new URL(file, directory), 'utf8')
}
