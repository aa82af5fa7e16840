import { globSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testProofsIn, type TestProofs } from './ledger-tests.ts'
import { ledgerOf, type Chapter, type Clause, type Evidence, type Ledger, type Waiver } from './ledger.ts'
import { loadTranscripts } from './load.ts'

const documents = ['ident', 'helo', 'json', 'cp', 'chatos'] as const
/** The page of our own protocol, which has no other document. */
const ownPage = 'parley'
const rulingPages = ['shared', ...documents, ownPage] as const

const root = new URL('../../../', import.meta.url)
const clausesDirectory = new URL('../clauses/', import.meta.url)
const docs = new URL('docs/', root)
const tests = ['test/**/*.test.ts', 'packages/*/{src,suites}/**/*.test.ts']

/** Where the page that is made of the ledger lies. */
export const ledgerPagePath = fileURLToPath(new URL('ledger.md', docs))

/** The ledger of this project. Throws where a transcript cannot be played. */
export function readLedger(): Ledger {
  const fromTests = readTestProofs()
  const ledger = ledgerOf(readChapters(), readWaivers(), [...readTranscripts(), ...fromTests.evidence])
  return { ...ledger, problems: [...fromTests.problems, ...ledger.problems] }
}

/** The documents first, then the rulings, each in the order in which they are written down. */
function readChapters(): readonly Chapter[] {
  return [
    ...documents.map((name) => ({
      title: `${name}.txt`,
      clauses: clausesIn(read(clausesDirectory, `${name}.clauses`)),
    })),
    { title: `${ownPage}.md`, clauses: clausesIn(read(clausesDirectory, `${ownPage}.clauses`)) },
    ...rulingPages.map((name) => ({
      title: `Rulings: ${name}`,
      clauses: rulingsIn(read(docs, `rulings/${name}.md`)),
    })),
  ]
}

function readWaivers(): readonly Waiver[] {
  return clausesIn(read(clausesDirectory, 'waivers.clauses')).map(({ name, says }) => ({ name, reason: says }))
}

function readTranscripts(): readonly Evidence[] {
  return loadTranscripts().map(({ file, proves }) => ({
    name: file.replace(/\.transcript$/, ''),
    path: `packages/conformance/transcripts/${file}`,
    comment: proves,
  }))
}

function readTestProofs(): TestProofs {
  const paths = globSync(tests, { cwd: fileURLToPath(root) }).map((path) => path.replaceAll(sep, '/'))
  const found = paths.sort().map((path) => testProofsIn(path, read(root, path)))
  return {
    evidence: found.flatMap(({ evidence }) => evidence),
    problems: found.flatMap(({ problems }) => problems),
  }
}

/**
 * One a line: the name, two blanks or more, the text. Lines that begin with `#` are comments.
 * Throws at any other line.
 */
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
